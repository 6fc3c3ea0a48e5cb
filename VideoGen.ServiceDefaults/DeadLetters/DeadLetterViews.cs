using System.Text;
using System.Text.Json;
using VideoGen.Durability.DeadLetters;

namespace VideoGen.ServiceDefaults.DeadLetters;

/// <summary>Dead letters of one service, newest first: answer of <c>GET /internal/dead-letters</c>.</summary>
public sealed record DeadLetterList(IReadOnlyList<DeadLetter> Data);

/// <summary>One dead letter with its content: answer of <c>GET /internal/dead-letters/{id}</c>.</summary>
/// <param name="Detail">The exception with its stack trace; null where there was none.</param>
/// <param name="Headers">The transport's headers.</param>
/// <param name="Body">The message: JSON as it is, anything else as text, or as base64 when it is no text.</param>
public sealed record DeadLetterContentView(
    DeadLetter Letter, string? Detail, string Destination, string ContentType, JsonElement? Headers, string BodyEncoding, JsonElement Body)
{
    public static DeadLetterContentView Of(DeadLetterContent content)
    {
        var (encoding, body) = Readable(content.Body);
        return new DeadLetterContentView(content.Letter, content.Detail, content.Destination, content.ContentType,
            content.Headers is { } headers ? JsonSerializer.Deserialize<JsonElement>(headers) : null, encoding, body);
    }

    static (string Encoding, JsonElement Body) Readable(byte[] body)
    {
        try
        {
            return ("json", JsonSerializer.Deserialize<JsonElement>(body));
        }
        catch (JsonException)
        {
            return Text(body) is { } text ? ("text", JsonSerializer.SerializeToElement(text)) : ("base64", JsonSerializer.SerializeToElement(Convert.ToBase64String(body)));
        }
    }

    static string? Text(byte[] body)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

/// <summary>Which letters to send again or to discard; of no members at all: every one.</summary>
public sealed record DeadLetterChoice(IReadOnlyList<Guid>? Ids = null, string? MessageType = null, string? Source = null)
{
    public DeadLetterFilter Filter => new(Ids, MessageType, Source);
}
