using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace VideoGen.Durability.DeadLetters;

/// <summary>Makes a dead letter of a message as the broker delivered it: pure, and never failing, for the message may be anything.</summary>
internal static class DeadLetterCapture
{
    // Written by the bus or the broker on the way here; a replay goes out without them.
    static readonly string[] Added = ["MT-Fault-", "MT-Reason", "MT-Host-", "x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count", "x-dotnet-pub-seq-no"];

    /// <param name="endpoint">The queue that the message was for, without any ending.</param>
    /// <param name="source">One of <see cref="DeadLetterSource"/>.</param>
    /// <param name="failure">What the consumer threw, where that is at hand.</param>
    public static NewDeadLetter Of(string endpoint, string source, IReadOnlyBasicProperties properties, byte[] body, Exception? failure, DateTimeOffset now)
    {
        var headers = Plain(properties.Headers);
        var facts = MessageFacts.Of(body);
        var failedAt = FailedAt(headers) ?? now;
        var message = new OutboxMessage
        {
            MessageId = facts.MessageId ?? IdOf(properties.MessageId) ?? new Guid(SHA256.HashData(body).AsSpan(0, 16)),
            ConversationId = facts.ConversationId,
            CorrelationId = facts.CorrelationId ?? IdOf(properties.CorrelationId),
            RequestId = facts.RequestId,
            MessageType = facts.MessageType ?? properties.Type ?? "unknown",
            Destination = OutboxMessage.ReplayPrefix + endpoint,
            ContentType = properties.ContentType ?? "application/vnd.masstransit+json",
            Headers = Json(headers.Where(header => !Array.Exists(Added, prefix => header.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))),
            Properties = Json([new("Mandatory", true)]),
            Body = body,
        };
        return StorableLetter.Of(new(
            source, endpoint, Fingerprint(endpoint, source, message, failedAt), message, facts.JobId, facts.AccountId,
            Reason(source, headers, failure), failure?.ToString() ?? Text(headers, "MT-Fault-StackTrace"), Attempts(headers), failedAt));
    }

    public static NewDeadLetter OfOutbox(long id, OutboxMessage message, string reason, int attempts, DateTimeOffset setAsideAt)
    {
        var facts = MessageFacts.Of(message.Body);
        var fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes($"outbox|{id}|{setAsideAt:O}"));
        return StorableLetter.Of(new(
            DeadLetterSource.Outbox, message.Destination, fingerprint, message, facts.JobId, facts.AccountId, reason, Detail: null,
            attempts + 1, setAsideAt));
    }

    static string Reason(string source, Dictionary<string, object> headers, Exception? failure)
    {
        if (failure is not null) return $"{failure.GetType().FullName}: {failure.Message}";
        if (Text(headers, "MT-Fault-Message") is { } message) return $"{Text(headers, "MT-Fault-ExceptionType")}: {message}";
        return source switch
        {
            DeadLetterSource.Skipped => "No consumer of the queue takes this type of message",
            DeadLetterSource.Dead => $"The broker gave up on it: {Text(headers, "x-first-death-reason") ?? "no reason told"}",
            _ => Text(headers, "MT-Reason") ?? "No reason told",
        };
    }

    static int Attempts(Dictionary<string, object> headers) =>
        1 + (int)Math.Clamp(Math.Max(Number(headers, "MT-Fault-RetryCount"), Number(headers, "x-delivery-count")), 0, int.MaxValue - 1);

    static DateTimeOffset? FailedAt(Dictionary<string, object> headers) =>
        DateTimeOffset.TryParse(Text(headers, "MT-Fault-Timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUniversalTime()
            : null;

    // A message that fails again after a replay fails at another time, so it is another dead letter.
    static byte[] Fingerprint(string endpoint, string source, OutboxMessage message, DateTimeOffset failedAt) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes($"{source}|{endpoint}|{message.MessageId}|{failedAt:O}|"), .. message.Body]);

    static Dictionary<string, object> Plain(IDictionary<string, object?>? headers)
    {
        var plain = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers ?? new Dictionary<string, object?>())
            if (Plain(value) is { } known) plain[name] = known;
        return plain;
    }

    static object? Plain(object? value) => value switch
    {
        byte[] text => Encoding.UTF8.GetString(text),
        float number => float.IsFinite(number) ? value : null, // JSON has no infinity
        double number => double.IsFinite(number) ? value : null,
        string or bool or byte or short or int or long => value,
        _ => null, // lists and tables are the broker's own
    };

    static string? Text(Dictionary<string, object> headers, string name) => headers.GetValueOrDefault(name)?.ToString();

    static long Number(Dictionary<string, object> headers, string name) =>
        long.TryParse(Text(headers, name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;

    static Guid? IdOf(string? text) => Guid.TryParse(text, out var id) ? id : null;

    static string? Json(IEnumerable<KeyValuePair<string, object>> pairs) => pairs.ToDictionary() is { Count: > 0 } some ? JsonSerializer.Serialize(some) : null;
}
