namespace VideoGen.Storage.Contracts.Commands;

/// <summary>Jobs → Storage: fetch, check, hash, probe and keep these files. Repeating it changes nothing: one ingest a job.</summary>
/// <param name="AttemptId">The attempt that made them; a later ingest with fresh links carries the same.</param>
/// <param name="Round">1, then 2 … for each renewal of the links; a new round replaces a failed one.</param>
/// <param name="RetentionDays">How long the account's plan keeps the files, 1 or more; null for ever.</param>
/// <param name="Test">Whether it is a test job; null from a release that did not say.</param>
public sealed record IngestOutputs(
    Guid JobId, Guid AccountId, Guid AttemptId, int Round, IReadOnlyList<OutputSource> Outputs, int? RetentionDays = null,
    bool? Test = null);

/// <param name="Kind">What the file must turn out to be: <c>video</c>, <c>image</c> or <c>audio</c>.</param>
public sealed record OutputSource(string Kind, Uri? Url, byte[]? Inline, string? MediaType);

/// <summary>Jobs → Storage: the job was deleted or will not be delivered; its assets may go.</summary>
public sealed record DiscardOutputs(Guid JobId, Guid AccountId);
