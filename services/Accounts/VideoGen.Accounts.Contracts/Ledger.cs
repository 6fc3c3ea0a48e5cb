namespace VideoGen.Accounts.Contracts;

/// <summary>One movement of credits, as <c>GET /v1/account/ledger</c> lists it.</summary>
/// <param name="Sequence">1, 2, 3 … within the account, without gaps.</param>
/// <param name="Kind"><c>grant</c>, <c>hold</c>, <c>capture</c>, <c>release</c> or <c>expire</c>.</param>
/// <param name="Credits">How many credits moved; always positive.</param>
/// <param name="Amount">What that did to the available credits: positive, negative, or 0 for a capture, which takes held credits.</param>
/// <param name="AvailableAfter">Available credits after it.</param>
/// <param name="HeldAfter">Held credits after it.</param>
/// <param name="JobId">The job it belongs to; null for grants and expiries.</param>
/// <param name="Reason">Why, in a word (<c>job_submitted</c>, <c>unused</c>, the error code of a failed job …) or the operator's text.</param>
public sealed record LedgerEntry(
    Guid Id, long Sequence, string Kind, long Credits, long Amount, long AvailableAfter, long HeldAfter, Guid? JobId, string Reason,
    DateTimeOffset CreatedAt);
