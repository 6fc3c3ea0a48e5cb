using System.Text.Json;

namespace VideoGen.Durability.DeadLetters;

/// <summary>What the body of a message says about itself, as far as it can be read: it may be anything.</summary>
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
        catch (JsonException)
        {
            return None; // poison is often no JSON at all
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
            && types[0] is { ValueKind: JsonValueKind.String } first && first.GetString() is { } urn && urn.StartsWith(UrnPrefix, StringComparison.Ordinal)
            ? urn[UrnPrefix.Length..].Replace(':', '.')
            : null;

    static Guid? Id(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && Guid.TryParse(value.GetString(), out var id)
            ? id
            : null;
}
