using System.Globalization;
using System.Text.Json;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Monitor;

/// <summary>A job as its card shows it. Nothing here tells whose it is.</summary>
/// <param name="Status">AI Studio's word: PENDING, RUNNING, SUCCEEDED, FAILED or CANCELLED.</param>
/// <param name="Prompt">An excerpt; null for a job without words.</param>
/// <param name="Message">What it is doing, or how it ended, in a sentence.</param>
/// <param name="Log">Newest first.</param>
public sealed record JobCard(
    Guid Id, long Version, string Status, string Kind, string Model, bool IsTest, string? Prompt, int Percent, string Message, string? Error, JobMedia? Media,
    string? Text, IReadOnlyList<LogLine> Log, DateTimeOffset CreatedAt, string? Took)
{
    const int ExcerptLength = 240;
    const int TextLength = 2000;

    /// <summary>Where the models keep the words they work from, the usual name first.</summary>
    static readonly string[] PromptFields = ["prompt", "text", "custom_prompt", "customPrompt", "theme", "script"];

    public static JobCard Of(MonitoredJob monitored)
    {
        var job = monitored.Job;
        var status = JobFilter.WordOf(job.Status);
        return new JobCard(
            job.Id, job.Version, status, job.Kind, job.Model, job.Test, PromptOf(job.Input), job.Status == JobStatus.Completed ? 100 : job.Progress.Percent,
            MessageOf(job), job.Error?.Message, JobMedia.Of(job.Output), Excerpt(job.Output?.Text, TextLength), LogLine.Of(monitored), job.CreatedAt,
            job is { StartedAt: { } began, EndedAt: { } ended } ? Duration(ended - began) : null);
    }

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
    };

    internal static string? PromptOf(JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Object) return null;
        foreach (var name in PromptFields)
            if (input.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) return Excerpt(value.GetString(), ExcerptLength);
        return null;
    }

    /// <summary>The beginning, never half of a character; null for nothing but space.</summary>
    static string? Excerpt(string? text, int length)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var trimmed = text.Trim();
        if (trimmed.Length <= length) return trimmed;
        var end = 0;
        while (end + StringInfo.GetNextTextElementLength(trimmed, end) is var next && next <= length) end = next;
        // One visible character may be made of more code than the whole excerpt; then it is cut.
        return trimmed[..(end > 0 ? end : length)] + "…";
    }

    static string MessageOf(JobView job) => job.Status switch
    {
        JobStatus.Queued => "Waiting for a free place.",
        JobStatus.Starting => "Starting.",
        JobStatus.Cancelling => "Stopping.",
        JobStatus.Completed => "Done.",
        JobStatus.Failed => "Failed.",
        JobStatus.Cancelled => "Cancelled.",
        _ => LogLine.WordsOf(job.Progress) + ".",
    };
}

/// <summary>What a completed job made: its first file.</summary>
/// <param name="Kind"><c>video</c>, <c>image</c> or <c>audio</c>.</param>
/// <param name="Poster">A signed link to a still picture; null where there is none.</param>
/// <param name="Facts">Size and length, for people.</param>
public sealed record JobMedia(Guid AssetId, string Kind, string? Poster, string Facts, int More)
{
    public static JobMedia? Of(JobOutput? output)
    {
        if (output is not { Assets: [var asset, ..] }) return null;
        var facts = new List<string>();
        if (asset is { Width: { } width, Height: { } height }) facts.Add($"{width} × {height}");
        if (asset.DurationSeconds is { } seconds && asset.Kind != "image") facts.Add(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"));
        facts.Add(asset.SizeBytes < 1_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, asset.SizeBytes / 1000)} kB")
            : string.Create(CultureInfo.InvariantCulture, $"{asset.SizeBytes / 1e6:0.#} MB"));
        return new JobMedia(asset.Id, asset.Kind, asset.ThumbnailUrl, string.Join(" · ", facts), output.Assets.Count - 1);
    }
}
