namespace VideoGen.Accounts.Contracts.Commands;

/// <summary>Jobs → Accounts: the job is committed; its hold no longer expires by itself.</summary>
/// <remarks>A hold that expired in the meantime is taken again; when that fails, Accounts answers <c>HoldLost</c>.</remarks>
public sealed record ConfirmHold(Guid JobId, Guid AccountId);

/// <summary>Jobs → Accounts: the job completed; take <paramref name="Amount"/> (at most the held amount), give the rest back.</summary>
/// <param name="Amount">Integer credits, 0 or more.</param>
public sealed record CaptureCredits(Guid JobId, Guid AccountId, long Amount);

/// <summary>
/// Jobs → Accounts: the job ended without success, or its submit did; give the whole hold back. A hold that is asked for later is
/// refused.
/// </summary>
/// <param name="Reason">The error code the job ended with; <c>submit_abandoned</c> for a job that was never made.</param>
public sealed record ReleaseCredits(Guid JobId, Guid AccountId, string Reason);
