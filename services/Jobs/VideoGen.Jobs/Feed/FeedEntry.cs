using VideoGen.Jobs.Contracts;

namespace VideoGen.Jobs.Feed;

/// <summary>A change of a job for its account's feed.</summary>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="WebhookUrl">The URL given with the job; told of its end only.</param>
/// <param name="Test">Made by a test key.</param>
internal sealed record FeedEntry(string Type, JobView Job, Guid AccountId, string? WebhookUrl, bool Test);

/// <summary>The kinds of events that there are.</summary>
internal static class EventTypes
{
    public const string Queued = "job.queued";
    public const string Started = "job.started";
    public const string Progressed = "job.progressed";
    public const string Completed = "job.completed";
    public const string Failed = "job.failed";
    public const string Cancelled = "job.cancelled";

    public static IReadOnlyList<string> All { get; } = [Queued, Started, Progressed, Completed, Failed, Cancelled];

    /// <summary>After one of these the job has no more events.</summary>
    public static IReadOnlyList<string> Ends { get; } = [Completed, Failed, Cancelled];

    public static bool IsEnd(string type) => Ends.Contains(type, StringComparer.Ordinal);
}
