using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Jobs.Feed;

/// <summary>
/// What subscribers get, by feed, stream and webhook alike: <c>{"type","timestamp","data"}</c>. Written once, as bytes; whoever
/// sends it later sends those bytes.
/// </summary>
internal static class EventBody
{
    public static byte[] Write(string type, DateTimeOffset timestamp, object data) =>
        JsonSerializer.SerializeToUtf8Bytes(new Envelope(type, timestamp, data), ApiJson.Options);

    /// <summary>When the event happened, which the job itself knows for all but its progress.</summary>
    public static DateTimeOffset TimeOf(string type, JobView job, DateTimeOffset now) => type switch
    {
        EventTypes.Queued => job.CreatedAt,
        EventTypes.Started => job.StartedAt ?? now,
        _ when EventTypes.IsEnd(type) => job.EndedAt ?? now,
        _ => now,
    };

    sealed record Envelope(string Type, DateTimeOffset Timestamp, object Data);
}
