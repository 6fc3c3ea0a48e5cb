namespace VideoGen.Storage.Contracts.Events;

/// <summary>Every output is in our storage.</summary>
public sealed record OutputsIngested(Guid JobId, Guid AttemptId, IReadOnlyList<StoredAsset> Assets);

/// <param name="Code">An entry of the closed error list: <c>output_unusable</c>, <c>storage_failed</c> or <c>link_expired</c>.</param>
/// <param name="Message">For the customer.</param>
/// <param name="LinkExpired">True: fresh links may help.</param>
public sealed record IngestFailed(Guid JobId, Guid AttemptId, int Round, string Code, string Message, bool LinkExpired);
