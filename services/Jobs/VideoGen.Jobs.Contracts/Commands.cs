namespace VideoGen.Jobs.Contracts.Commands;

/// <summary>Jobs → its own saga: the job is committed, take charge of it.</summary>
/// <param name="HasSlot">True when the submit found a free slot: start at once.</param>
public sealed record BeginJob(Guid JobId, Guid AccountId, bool HasSlot);

/// <summary>Jobs → its own saga: a slot was taken for this waiting job; start it.</summary>
public sealed record UseSlot(Guid JobId, Guid AccountId);

/// <summary>Jobs → its own saga: the customer wants the job stopped.</summary>
public sealed record CancelJob(Guid JobId, Guid AccountId);

/// <summary>Jobs → its own saga: the job has not ended in time.</summary>
/// <param name="Deadline">The deadline that passed; the saga ignores one that has moved since.</param>
public sealed record EndOverdueJob(Guid JobId, Guid AccountId, DateTimeOffset Deadline);
