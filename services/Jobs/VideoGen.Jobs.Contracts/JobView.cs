using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Contracts;

/// <summary>Body of <c>POST /v1/jobs</c>.</summary>
/// <param name="Model">Slug of the catalogue.</param>
/// <param name="Input">The model's input, checked against its JSON Schema. An asset field takes an asset id or an https URL.</param>
/// <param name="WebhookUrl">Told of this job's end, beside the account's endpoints.</param>
/// <param name="Metadata">Up to 16 text values, returned as they are.</param>
/// <param name="Priority">0 (normal) up to the plan's highest.</param>
/// <param name="Simulate">Run on the simulator, whatever the model's routes say. With a live key only the empty object, and the price is the usual one; a
/// test key may say what the simulator shall do.</param>
public sealed record SubmitJob(
    string? Model, JsonElement? Input, string? WebhookUrl = null, IReadOnlyDictionary<string, string>? Metadata = null, int? Priority = null,
    SimulatorScript? Simulate = null);

/// <summary>A job, as every read and every event shows it.</summary>
/// <param name="Status">One of <see cref="JobStatus"/>.</param>
/// <param name="Kind">What the model makes: <c>video</c>, <c>image</c>, <c>audio</c> or <c>text</c>.</param>
/// <param name="Test">Made by a test key: simulated and free.</param>
/// <param name="QueuePosition">1 for the next to start; null unless queued.</param>
/// <param name="Output">Set when completed.</param>
/// <param name="Error">Set when failed or cancelled.</param>
/// <param name="Provider">The connector that ran it, for example <c>simulator</c>; null until one accepted it.</param>
/// <param name="StartedAt">When a provider had accepted it.</param>
/// <param name="Version">Grows with every change; the ETag.</param>
/// <param name="ExpectedSeconds">What such jobs usually took from start to end when this one was submitted; null for jobs older than the figure.</param>
/// <param name="SlotAt">When its turn came: it no longer waited for other jobs to end.</param>
/// <param name="Attempts">Every try at a provider, in order; only where one job is read.</param>
/// <param name="StoringAt">When the provider was done and its files began to be stored; null for a text.</param>
public sealed record JobView(
    Guid Id, string Status, string Model, string Kind, bool Test, JsonElement Input, JobProgress Progress, int? QueuePosition, JobOutput? Output,
    JobError? Error, JobCredits Credits, string? Provider, int Priority, IReadOnlyDictionary<string, string> Metadata, DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, long Version, JobLinks Links, int? ExpectedSeconds = null, DateTimeOffset? SlotAt = null,
    DateTimeOffset? StoringAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<JobAttempt>? Attempts = null);

/// <summary>One try at one provider.</summary>
/// <param name="Outcome">One of <see cref="AttemptOutcome"/>.</param>
/// <param name="Chosen">Why this provider was tried, in words.</param>
/// <param name="Code">Why it ended without a result: an entry of the closed error list; null otherwise.</param>
/// <param name="Message">The same in words.</param>
public sealed record JobAttempt(
    int Number, string Provider, string Outcome, string Chosen, string? Code, string? Message, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

/// <summary>How a try at a provider stands, or ended.</summary>
public static class AttemptOutcome
{
    public const string Running = "running";
    public const string Succeeded = "succeeded";

    /// <summary>The provider did not take the work.</summary>
    public const string Refused = "refused";

    /// <summary>It took the work and failed.</summary>
    public const string Failed = "failed";

    /// <summary>The work never reached it.</summary>
    public const string Absent = "absent";

    /// <summary>Nobody waits for it any more.</summary>
    public const string Abandoned = "abandoned";

    /// <summary>It ended with the job, which was cancelled or ran out of time.</summary>
    public const string Stopped = "stopped";

    public static IReadOnlyList<string> All { get; } = [Running, Succeeded, Refused, Failed, Absent, Abandoned, Stopped];
}

/// <param name="Percent">0 to 100.</param>
/// <param name="Step"><c>queued</c>, <c>model_loading</c>, <c>frame_generation</c>, <c>encoding</c>, <c>storing</c> or <c>done</c>.</param>
public sealed record JobProgress(int Percent, string Step, string? Message);

/// <param name="Assets">The files made, in order; the first is the main one.</param>
/// <param name="Text">The result of a text model.</param>
public sealed record JobOutput(IReadOnlyList<JobAsset> Assets, string? Text);

/// <param name="Url">Signed link to the content, absolute; minted at each read.</param>
/// <param name="Codec">Of the pictures, or of the sound where there are none, for example <c>h264</c>; null for files stored before it was kept.</param>
/// <param name="BitrateKbps">Of the whole file, thousand bits a second; null for what does not play.</param>
public sealed record JobAsset(
    Guid Id, string Kind, string MediaType, long SizeBytes, string Sha256, int? Width, int? Height, double? DurationSeconds, double? Fps, bool? HasAudio,
    string Url, string? ThumbnailUrl, string? PreviewUrl, string? Codec = null, int? BitrateKbps = null);

/// <param name="Code">An entry of the closed error list.</param>
public sealed record JobError(string Code, string Message, bool Retryable, bool CreditsReturned);

/// <param name="Held">Credits set aside while the job lives; the price at submit.</param>
/// <param name="Captured">Credits taken; 0 until completed.</param>
/// <param name="PriceVersion">Version of the price rule that was used.</param>
public sealed record JobCredits(long Held, long Captured, int PriceVersion);

public sealed record JobLinks(string Self, string Events, string Cancel);

/// <summary>The states of a job as the API shows them.</summary>
public static class JobStatus
{
    public const string Queued = "queued";
    public const string Starting = "starting";
    public const string Running = "running";
    public const string Storing = "storing";
    public const string Cancelling = "cancelling";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    public static IReadOnlyList<string> All { get; } = [Queued, Starting, Running, Storing, Cancelling, Completed, Failed, Cancelled];

    public static IReadOnlyList<string> Ends { get; } = [Completed, Failed, Cancelled];
}
