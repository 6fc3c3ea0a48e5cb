using System.Net.Mime;
using System.Text.Json;
using MassTransit;
using MassTransit.Context;

namespace VideoGen.Durability;

/// <summary>Sends a row's bytes exactly as they were captured: nothing is serialised again.</summary>
/// <remarks>The constructor parses everything stored as text, so that a row that can't be sent fails before it gets near the broker.</remarks>
internal sealed class StoredMessagePipe : IPipe<SendContext>, IMessageSerializer
{
    const string ActivityHeader = "MT-Activity-Id"; // how MassTransit 8 carries a trace to the consumer

    readonly OutboxMessage _message;
    readonly Dictionary<string, object> _headers;
    readonly Dictionary<string, object> _properties;

    public StoredMessagePipe(OutboxMessage message)
    {
        _message = message;
        Destination = new Uri(message.Destination);
        ContentType = new ContentType(message.ContentType);
        _headers = Parse(message.Headers);
        _properties = Parse(message.Properties);
    }

    public Uri Destination { get; }

    public ContentType ContentType { get; }

    public MessageBody GetMessageBody<T>(SendContext<T> context) where T : class => new BytesMessageBody(_message.Body);

    public void Probe(ProbeContext context) => context.CreateFilterScope("stored-message");

    public Task Send(SendContext context)
    {
        context.MessageId = _message.MessageId;
        context.ConversationId = _message.ConversationId;
        context.CorrelationId = _message.CorrelationId;
        context.RequestId = _message.RequestId;
        context.TimeToLive = _message.TimeToLive;
        context.SupportedMessageTypes = [_message.MessageType];
        foreach (var (name, value) in _headers) context.Headers.Set(name, value);
        // Replaced by the transport's own activity when anyone listens to it; else this keeps the trace together.
        if (_message.TraceParent is { } trace && !_headers.ContainsKey(ActivityHeader)) context.Headers.Set(ActivityHeader, trace);
        if (context is TransportSendContext transport) transport.ReadPropertiesFrom(_properties);
        context.Serializer = this;
        return Task.CompletedTask;
    }

    static Dictionary<string, object> Parse(string? json)
    {
        var values = new Dictionary<string, object>();
        if (json is null) return values;
        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
            if (Plain(property.Value) is { } value)
                values[property.Name] = value;
        return values;
    }

    static object? Plain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? whole : element.GetDouble(),
        _ => null, // lists (trace baggage) have no place in a transport header
    };
}
