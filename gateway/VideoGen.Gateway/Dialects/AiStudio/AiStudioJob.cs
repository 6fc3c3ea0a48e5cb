using System.Text.Json;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary>
/// Jobs as the document's VideoJob object, whole in every answer. What a job's model does not have, or what has not happened yet, is null: the
/// jobs of every other model and API are shown too.
/// </summary>
/// <param name="userId">The account, whatever credential asks.</param>
/// <param name="catalog">Null while it is not at hand; reads go on without it.</param>
internal sealed class AiStudioJob(Guid userId, Catalog? catalog)
{
    public const string Pending = "PENDING";
    public const string Running = "RUNNING";
    public const string Succeeded = "SUCCEEDED";
    public const string Failed = "FAILED";
    public const string Cancelled = "CANCELLED";

    /// <summary>The document's states and the native ones behind each. A job that is being cancelled still runs: it may yet complete.</summary>
    public static IReadOnlyDictionary<string, string[]> States { get; } = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
    {
        [Pending] = [JobStatus.Queued],
        [Running] = [JobStatus.Starting, JobStatus.Running, JobStatus.Storing, JobStatus.Cancelling],
        [Succeeded] = [JobStatus.Completed],
        [Failed] = [JobStatus.Failed],
        [Cancelled] = [JobStatus.Cancelled],
    };

    public static async Task<AiStudioJob> ForAsync(NativeApi native, Caller caller, CancellationToken ct) =>
        new(caller.AccountId, (await native.Models.GetAsync(ct)).Value);

    public static string StatusOf(JobView job) => States.First(state => state.Value.Contains(job.Status, StringComparer.Ordinal)).Key;

    /// <summary>The video, or the main file of a job that made something else; null until there is one.</summary>
    public static string? LinkOf(JobView job) => job.Output?.Assets.OrderBy(asset => asset.Kind == "video" ? 0 : 1).FirstOrDefault()?.Url;

    public object Of(JobView job)
    {
        var model = catalog?.Models.FirstOrDefault(one => one.Slug == job.Model);
        return new
        {
            id = job.Id,
            userId,
            prompt = Input(job, JsonValueKind.String, "prompt"),
            model = model?.Dialects.GetValueOrDefault("ai-studio") ?? job.Model,
            resolution = Input(job, JsonValueKind.String, "resolution"),
            aspectRatio = Input(job, JsonValueKind.String, "aspectRatio", "aspect_ratio"),
            durationSeconds = Input(job, JsonValueKind.Number, "durationSeconds", "duration_seconds"),
            status = StatusOf(job),
            statusMessage = MessageOf(job),
            progressPercentage = job.Progress.Percent,
            logs = JobLog.Of(job, model),
            tokensConsumed = TokensOf(job),
            cloudinaryUrl = LinkOf(job),
            errorMessage = job.Status == JobStatus.Failed ? AiStudioErrors.TextOf(job.Error?.Code ?? "", job.Error?.Message) : null,
            createdAt = DialectJson.Time(job.CreatedAt),
            startedAt = Time(job.StartedAt),
            completedAt = Time(job.EndedAt),
            generateAudio = Input(job, JsonValueKind.True, "generateAudio", "generate_audio"),
        };
    }

    /// <summary>What kind of generation it is, to begin a sentence with.</summary>
    public static string NounOf(JobView job) => $"{(job.Kind is [var first, .. var rest] ? char.ToUpperInvariant(first) + rest : "Video")} generation";

    public static string MessageOf(JobView job) => job.Status switch
    {
        JobStatus.Queued => "Job queued for processing",
        JobStatus.Cancelling => "Job is being cancelled...",
        JobStatus.Completed => $"{NounOf(job)} completed successfully!",
        JobStatus.Failed => $"{NounOf(job)} failed",
        JobStatus.Cancelled => "Job cancelled by user",
        _ => $"{NounOf(job)} in progress...",
    };

    /// <summary>Set aside while the job lives, taken when it has succeeded, given back when it has not.</summary>
    static long TokensOf(JobView job) => job.Status switch
    {
        JobStatus.Completed => job.Credits.Captured,
        JobStatus.Failed or JobStatus.Cancelled => 0,
        _ => job.Credits.Held,
    };

    static string? Time(DateTimeOffset? time) => time is { } known ? DialectJson.Time(known) : null;

    /// <summary>The input of the first of these names, which other APIs' models spell their own way; null when it is of another type.</summary>
    static JsonElement? Input(JobView job, JsonValueKind kind, params ReadOnlySpan<string> names)
    {
        if (job.Input.ValueKind != JsonValueKind.Object) return null;
        foreach (var name in names)
            if (job.Input.TryGetProperty(name, out var value) && (value.ValueKind == kind || (kind == JsonValueKind.True && value.ValueKind == JsonValueKind.False))) return value;
        return null;
    }
}
