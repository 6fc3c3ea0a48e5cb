namespace VideoGen.Accounts.Contracts;

/// <summary>
/// Body of <c>POST /internal/limits/take</c>: uses a limit that all gateways share. Either every window has room and all of them count
/// the use, or none does. Not repeatable: each call counts.
/// </summary>
/// <param name="Subject">What is limited within the account, for example <c>vsl user u-42</c>; 1 to 200 characters without control characters.</param>
/// <param name="Windows">1 to 4, each of another length.</param>
/// <param name="Count">How many uses, at most the smallest limit; 0 only looks.</param>
public sealed record TakeLimit(Guid AccountId, string Subject, IReadOnlyList<LimitWindow> Windows, int Count = 1);

/// <param name="Seconds">1 to 2592000 (30 days). A use counts for at least this long and at most a sixtieth longer.</param>
/// <param name="Limit">1 to 1000000 uses in any interval of that length.</param>
public sealed record LimitWindow(int Seconds, int Limit);

/// <summary>Answer of <c>POST /internal/limits/take</c>: 200, allowed or not.</summary>
/// <param name="Windows">In the order of the question, as they stand afterwards.</param>
/// <param name="RetryAfterSeconds">After this time the same question would be allowed if nobody else asks; 0 when it was.</param>
public sealed record LimitAnswer(bool Allowed, IReadOnlyList<LimitState> Windows, int RetryAfterSeconds);

/// <param name="ResetSeconds">When the oldest use is forgotten and <paramref name="Remaining"/> grows again; 0 when nothing is remembered.</param>
public sealed record LimitState(int Seconds, int Limit, int Remaining, int ResetSeconds);
