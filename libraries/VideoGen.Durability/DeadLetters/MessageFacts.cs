using System.Text.Json;

namespace VideoGen.Durability.DeadLetters;

/// <summary>What the body of a message says about itself, as far as it can be read: it may be anything. Never fails.</summary>
internal sealed record MessageFacts(string? MessageType, Guid? MessageId, Guid? ConversationId, Guid? CorrelationId, Guid? RequestId, Guid? JobId, Guid? AccountId)
{
    const string UrnPrefix = "urn:message:";

    static readonly MessageFacts None = new(null, null, null, null, null, null, null);

    public static MessageFacts Of(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } envelope ? OfEnvelope(envelope) : None;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return None; // poison is often no JSON at all, or has a name that is no text
        }
    }

    static MessageFacts OfEnvelope(JsonElement envelope)
    {
        var message = envelope.TryGetProperty("message", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        return new MessageFacts(
            TypeOf(envelope), Id(envelope, "messageId"), Id(envelope, "conversationId"), Id(envelope, "correlationId"), Id(envelope, "requestId"),
            Id(message, "jobId"), Id(message, "accountId"));
    }

    // urn:message:Namespace:Type
    static string? TypeOf(JsonElement envelope) =>
        envelope.TryGetProperty("messageType", out var types) && types.ValueKind == JsonValueKind.Array && types.GetArrayLength() > 0
            && Text(types[0]) is { } urn && urn.StartsWith(UrnPrefix, StringComparison.Ordinal)
            ? urn[UrnPrefix.Length..].Replace(':', '.')
            : null;

    static Guid? Id(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && Guid.TryParse(Text(value), out var id)
            ? id
            : null;

    static string? Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // a string of JSON may hold bytes that are no UTF-8, or half of a surrogate pair
        }
    }
}
