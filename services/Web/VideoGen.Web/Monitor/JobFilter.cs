using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Monitor;

/// <summary>A choice of statuses, in AI Studio's words.</summary>
/// <param name="Word">As in the address; empty for all.</param>
/// <param name="Statuses">The native ones; empty for all.</param>
public sealed record JobFilter(string Word, string Label, IReadOnlyList<string> Statuses)
{
    public static IReadOnlyList<JobFilter> Choices { get; } =
    [
        new("", "All", []),
        new("PENDING", "Pending", [JobStatus.Queued]),
        new("RUNNING", "Running", [JobStatus.Starting, JobStatus.Running, JobStatus.Storing, JobStatus.Cancelling]),
        new("SUCCEEDED", "Succeeded", [JobStatus.Completed]),
        new("FAILED", "Failed", [JobStatus.Failed]),
        new("CANCELLED", "Cancelled", [JobStatus.Cancelled]),
    ];

    /// <summary>What the address asks for; a word that is none is the same as no word.</summary>
    public static JobFilter Of(string? word) => Choices.FirstOrDefault(choice => string.Equals(choice.Word, word, StringComparison.OrdinalIgnoreCase)) ?? Choices[0];

    /// <summary>AI Studio's word for a native status; one that a later release may have is somewhere between begin and end.</summary>
    public static string WordOf(string status) => Choices.FirstOrDefault(choice => choice.Statuses.Contains(status, StringComparer.Ordinal))?.Word ?? "RUNNING";
}
