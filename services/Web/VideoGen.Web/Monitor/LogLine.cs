using System.Globalization;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Monitor;

/// <summary>One line of a job's story.</summary>
/// <param name="Level"><c>info</c> or <c>error</c>.</param>
public sealed record LogLine(DateTimeOffset At, string Text, string Level = "info")
{
    const int Most = 40;

    /// <summary>
    /// The story, newest line first. Begin, start and end come from the job's own times; what lies between from its feed, where lines that say
    /// the same as the one before are left out.
    /// </summary>
    public static IReadOnlyList<LogLine> Of(MonitoredJob monitored)
    {
        var job = monitored.Job;
        var lines = new List<LogLine> { new(job.CreatedAt, "Job created") };
        if (job.StartedAt is { } started) lines.Add(new LogLine(started, job.Provider is null ? "Started" : $"Started on {job.Provider}"));
        lines.AddRange(monitored.Changes.Where(change => change.Type == "job.progressed").Select(change => new LogLine(change.At, TextOf(change.Progress))));
        if (EndOf(job) is { } end) lines.Add(end);
        lines = [.. lines.OrderBy(line => line.At)];
        var told = lines.Where((line, index) => index == 0 || line.Text != lines[index - 1].Text).Reverse().ToList();
        return told.Count <= Most ? told : [.. told.Take(Most - 1), told[^1]];
    }

    /// <summary>What a job is doing: the provider's own words, or ours for the step.</summary>
    public static string WordsOf(JobProgress progress) => progress.Message is { Length: > 0 } message ? message.Trim().TrimEnd('.') : progress.Step switch
    {
        "queued" => "Queued",
        "model_loading" => "Loading the model",
        "frame_generation" => "Generating",
        "encoding" => "Encoding",
        "storing" => "Storing the result",
        var step => step.Replace('_', ' '),
    };

    static string TextOf(JobProgress progress) =>
        progress.Step == "storing" ? WordsOf(progress) : string.Create(CultureInfo.InvariantCulture, $"{WordsOf(progress)} · {progress.Percent} %");

    static LogLine? EndOf(JobView job) => job switch
    {
        { EndedAt: null } => null,
        { Status: JobStatus.Completed, StartedAt: { } began } => new LogLine(job.EndedAt.Value, $"Completed after {JobCard.Duration(job.EndedAt.Value - began)}"),
        { Status: JobStatus.Completed } => new LogLine(job.EndedAt.Value, "Completed"),
        { Status: JobStatus.Cancelled } => new LogLine(job.EndedAt.Value, "Cancelled"),
        _ => new LogLine(job.EndedAt.Value, $"Failed: {job.Error?.Message} ({job.Error?.Code})", "error"),
    };
}
