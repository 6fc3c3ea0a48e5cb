namespace VideoGen.Accounts.Contracts;

/// <summary>An account as operators see it.</summary>
/// <param name="ClosedAt">When its owner deleted it; null while it is open.</param>
/// <param name="ErasedAt">When what named a person was gone here and in Jobs, which had told Storage and Providers.</param>
public sealed record AccountDetails(
    AccountView Account, bool IsOperator, AccountTotals Totals, int ActiveKeys, DateTimeOffset? ClosedAt = null,
    DateTimeOffset? ErasedAt = null);

/// <summary>Credits since the account was made.</summary>
public sealed record AccountTotals(long Granted, long Captured, long Expired);

/// <summary>Body of <c>POST /admin/v1/accounts/{id}/grants</c>.</summary>
/// <param name="Amount">1 to 1,000,000,000 credits.</param>
/// <param name="Reason">1 to 200 characters; the account's owner reads it in the ledger.</param>
/// <param name="ExpiresAt">When what is left of them expires; never when absent.</param>
public sealed record GrantCreditsRequest(long Amount, string Reason, DateTimeOffset? ExpiresAt = null);

/// <summary>Body of <c>PUT /admin/v1/accounts/{id}/plan</c>.</summary>
public sealed record ChangePlanRequest(string Plan);

/// <summary>Answer of <c>GET /admin/v1/ledger/check</c>.</summary>
/// <param name="Passed">True when every check passed.</param>
public sealed record LedgerCheckAnswer(bool Passed, DateTimeOffset CheckedAt, IReadOnlyList<LedgerCheck> Checks);

/// <param name="Examined">Rows looked at.</param>
/// <param name="Violations">Rows that break the rule; 0 when it holds.</param>
public sealed record LedgerCheck(string Id, string Rule, bool Passed, long Examined, long Violations);
