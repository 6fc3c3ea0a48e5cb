using System.Text.Json;

namespace VideoGen.Jobs.Contracts.Events;

/// <summary>
/// The account was closed, none of its jobs lives any more, and Jobs keeps nothing of what they were made from and what they
/// made. Published once more after an hour, when what came late is gone, too.
/// </summary>
public sealed record AccountErased(Guid AccountId);

/// <summary>
/// A row of an account's event feed, as it is published. A consumer of this type receives every kind below.
/// Live updates are wake-ups: the truth is the feed.
/// </summary>
/// <param name="EventId">The row's id; the <c>webhook-id</c> of its deliveries is <c>evt_</c> and this.</param>
/// <param name="JobVersion">Grows with every change of the job; an older one is ignored.</param>
/// <param name="Body">The event as subscribers see it: <c>{type, timestamp, data: job}</c>.</param>
public abstract record JobEvent(Guid EventId, Guid AccountId, Guid JobId, long JobVersion, DateTimeOffset At, JsonElement Body);

public sealed record JobQueued(Guid EventId, Guid AccountId, Guid JobId, long JobVersion, DateTimeOffset At, JsonElement Body)
    : JobEvent(EventId, AccountId, JobId, JobVersion, At, Body);

public sealed record JobStarted(Guid EventId, Guid AccountId, Guid JobId, long JobVersion, DateTimeOffset At, JsonElement Body)
    : JobEvent(EventId, AccountId, JobId, JobVersion, At, Body);

public sealed record JobProgressed(Guid EventId, Guid AccountId, Guid JobId, long JobVersion, DateTimeOffset At, JsonElement Body)
    : JobEvent(EventId, AccountId, JobId, JobVersion, At, Body);

public sealed record JobCompleted(Guid EventId, Guid AccountId, Guid JobId, long JobVersion, DateTimeOffset At, JsonElement Body)
    : JobEvent(EventId, AccountId, JobId, JobVersion, At, Body);

public sealed record JobFailed(Guid EventId, Guid AccountId, Guid JobId, long JobVersion, DateTimeOffset At, JsonElement Body)
    : JobEvent(EventId, AccountId, JobId, JobVersion, At, Body);

public sealed record JobCancelled(Guid EventId, Guid AccountId, Guid JobId, long JobVersion, DateTimeOffset At, JsonElement Body)
    : JobEvent(EventId, AccountId, JobId, JobVersion, At, Body);
