using System.Globalization;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Monitor;

namespace VideoGen.Web.Jobs;

/// <summary>A job's state in words.</summary>
public static class StateWords
{
    public static string Of(JobView job) => job.Status switch
    {
        JobStatus.Queued => "Waiting",
        JobStatus.Completed => "Done",
        var other => char.ToUpperInvariant(other[0]) + other[1..],
    };

    /// <summary>What a job that has not ended is doing, and how long that may take.</summary>
    public static string Doing(JobView job) => job.Status switch
    {
        JobStatus.Queued when job.QueuePosition is { } place => string.Create(CultureInfo.InvariantCulture, $"No. {place} in your queue"),
        JobStatus.Queued => "Waiting for a free place",
        JobStatus.Starting => "Starting",
        JobStatus.Cancelling => "Stopping",
        _ => LogLine.WordsOf(job.Progress) + Left(job),
    };

    static string Left(JobView job)
    {
        if (job is not { ExpectedSeconds: { } expected, Progress.Percent: var percent } || percent >= 100) return "";
        var left = TimeSpan.FromSeconds(Math.Max(1, expected * (100 - percent) / 100));
        return string.Create(CultureInfo.InvariantCulture,
            $" · about {JobCard.Duration(left.TotalSeconds < 10 ? TimeSpan.FromSeconds(10) : left)} left");
    }
}
