using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using MassTransit.Context;

namespace VideoGen.Durability;

/// <summary>A message as it will go over the wire: serialised when published, sent byte for byte later.</summary>
internal sealed record OutboxMessage
{
    // The broker refuses larger bodies by closing the channel, which fails the sends of everyone else on it.
    const int MaxBodyBytes = 16 * 1024 * 1024;

    /// <summary>Begins the destination of a replay, which goes to the endpoint that failed. What is captured has a full address.</summary>
    public const string ReplayPrefix = "exchange:";

    public required Guid MessageId { get; init; }
    public Guid? ConversationId { get; init; }
    public Guid? CorrelationId { get; init; }
    public Guid? RequestId { get; init; }
    public required string MessageType { get; init; }
    public required string Destination { get; init; }
    public required string ContentType { get; init; }
    public string? Headers { get; init; }
    public string? Properties { get; init; }
    public required byte[] Body { get; init; }
    public TimeSpan? Delay { get; init; }
    public TimeSpan? TimeToLive { get; init; }
    public Guid? Token { get; init; }
    public string? TraceParent { get; init; }
    public string? TraceState { get; init; }

    /// <summary>Whether it was a dead letter and is sent again.</summary>
    public bool IsReplay => Destination.StartsWith(ReplayPrefix, StringComparison.Ordinal);

    public static OutboxMessage Capture<T>(SendContext<T> context, bool isCommand) where T : class
    {
        var body = context.Serializer.GetMessageBody(context).GetBytes();
        if (body.Length > MaxBodyBytes)
            throw new MessageException(typeof(T), $"The message has {body.Length} bytes; at most {MaxBodyBytes} can be sent.");
        return new OutboxMessage
        {
            MessageId = context.MessageId ?? throw new MessageException(typeof(T), "The message has no MessageId."),
            ConversationId = context.ConversationId,
            CorrelationId = context.CorrelationId,
            RequestId = context.RequestId,
            MessageType = typeof(T).FullName ?? typeof(T).Name,
            Destination = (context.DestinationAddress ?? throw new MessageException(typeof(T), "The message has no destination.")).ToString(),
            ContentType = (context.ContentType ?? context.Serialization.DefaultContentType).ToString(),
            Headers = Json(context.Headers.GetAll().Select(h => KeyValuePair.Create(h.Key, h.Value is Uri uri ? uri.ToString() : h.Value))),
            Properties = Json(TransportProperties(context, isCommand)),
            Body = body,
            Delay = context.Delay,
            TimeToLive = context.TimeToLive,
            Token = context.ScheduledMessageId,
            TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
            TraceState = Activity.Current?.TraceStateString,
        };
    }

    static Dictionary<string, object> TransportProperties<T>(SendContext<T> context, bool isCommand) where T : class
    {
        var properties = new Dictionary<string, object>();
        if (context is not TransportSendContext transport) return properties;
        transport.Mandatory |= isCommand;
        transport.WritePropertiesTo(properties);
        properties.Remove(nameof(context.Delay)); // the row's due time is the delay
        return properties;
    }

    static string? Json(IEnumerable<KeyValuePair<string, object>> pairs)
    {
        var values = pairs.ToDictionary();
        return values.Count == 0 ? null : JsonSerializer.Serialize(values);
    }
}
