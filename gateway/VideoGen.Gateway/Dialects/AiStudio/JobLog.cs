using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary>
/// A job's <c>logs</c>: one line for each thing that has happened to it, at the time when it did. Nothing is kept for them; the job's own times
/// tell them.
/// </summary>
internal static class JobLog
{
    public static IReadOnlyList<object> Of(JobView job, CatalogModel? model)
    {
        var lines = new List<object> { Line(job.CreatedAt, "📝 Job created") };
        if (job.SlotAt is { } slot) lines.Add(Line(slot, $"🚀 Starting {Lower(AiStudioJob.NounOf(job))}"));
        if (job.StartedAt is { } started) lines.Add(Line(started, $"☁️  {WorkOf(job, model)}..."));
        if (job.StoringAt is { } storing) lines.Add(Line(storing, "☁️  Uploading the result to storage..."));
        if (job.EndedAt is { } ended) lines.Add(EndOf(job, ended));
        return lines;
    }

    static object EndOf(JobView job, DateTimeOffset at) => job.Status switch
    {
        JobStatus.Completed => Line(at, $"🎬 {AiStudioJob.MessageOf(job)}"),
        JobStatus.Failed => Line(at, $"{AiStudioJob.MessageOf(job)}: {AiStudioErrors.TextOf(job.Error?.Code ?? "", job.Error?.Message)}", "error"),
        _ => Line(at, AiStudioJob.MessageOf(job), "warning"),
    };

    /// <summary>In the document's words for a model of the document; never naming a vendor that was not called.</summary>
    static string WorkOf(JobView job, CatalogModel? model) => job.Provider switch
    {
        "simulator" => $"Simulating {Lower(AiStudioJob.NounOf(job))}",
        _ when model is null => $"Calling {job.Model}",
        _ when model.Dialects.ContainsKey("ai-studio") => $"Calling {Upper(model.Vendor)} {Upper(model.Family)} API",
        _ => $"Calling {model.Name}",
    };

    static object Line(DateTimeOffset at, string message, string level = "info") => new { timestamp = DialectJson.Time(at), level, message };

    static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    static string Upper(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
