namespace VideoGen.Accounts.Contracts.Events;

/// <summary>The hold of a committed job had expired and could not be taken again: the job must not run.</summary>
public sealed record HoldLost(Guid JobId, Guid AccountId);

/// <summary>What a completed job owes has been taken, as far as it could be: the account shows it.</summary>
public sealed record CreditsCaptured(Guid JobId, Guid AccountId);

/// <summary>A key must stop working everywhere within five seconds.</summary>
public sealed record ApiKeyRevoked(Guid AccountId, Guid KeyId, DateTimeOffset RevokedAt);

/// <summary>The user's sessions that began before must stop working everywhere within five seconds.</summary>
public sealed record SessionsEnded(Guid AccountId, Guid UserId);

/// <summary>
/// The account was deleted by its owner: whoever keeps something for it stops and erases it. Published again now and then,
/// until Jobs has said that it is done.
/// </summary>
public sealed record AccountClosed(Guid AccountId);

/// <summary>The account's plan, and with it its limits, changed.</summary>
public sealed record PlanChanged(Guid AccountId, string Plan);
