using System.Text;
using System.Text.Json;
using VideoGen.Durability.DeadLetters;

namespace VideoGen.ServiceDefaults.DeadLetters;

/// <summary>Dead letters of one service, newest first: answer of <c>GET /internal/dead-letters</c>.</summary>
public sealed record DeadLetterList(IReadOnlyList<DeadLetter> Data);

/// <summary>One dead letter with its content: answer of <c>GET /internal/dead-letters/{id}</c>.</summary>
/// <param name="Detail">The exception with its stack trace; null where there was none.</param>
/// <param name="Headers">The transport's headers.</param>
/// <param name="Body">The message: JSON as it is, unless it is nested too deeply; else as text, or as base64 when it is none.</param>
public sealed record DeadLetterContentView(
    DeadLetter Letter, string? Detail, string Destination, string ContentType, JsonElement? Headers, string BodyEncoding, JsonElement Body)
{
    // The answer holds the body some levels down, Jobs' answer too, and no reader takes more than 64.
    static readonly JsonSerializerOptions Shallow = new() { MaxDepth = 32 };

    public static DeadLetterContentView Of(DeadLetterContent content)
    {
        var (encoding, body) = Readable(content.Body);
        return new DeadLetterContentView(content.Letter, content.Detail, content.Destination, content.ContentType,
            content.Headers is { } headers ? Json(headers) ?? JsonSerializer.SerializeToElement(headers) : null, encoding, body);
    }

    static (string Encoding, JsonElement Body) Readable(byte[] body)
    {
        if (Text(body) is not { } text) return ("base64", JsonSerializer.SerializeToElement(Convert.ToBase64String(body)));
        return Json(text) is { } json ? ("json", json) : ("text", JsonSerializer.SerializeToElement(text));
    }

    static JsonElement? Json(string text)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(text, Shallow);
            JsonSerializer.SerializeToUtf8Bytes(json);
            return json;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // no JSON, or one that can be read and not be written: half of a surrogate pair, escaped
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
