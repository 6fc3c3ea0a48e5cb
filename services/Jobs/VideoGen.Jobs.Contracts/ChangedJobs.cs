namespace VideoGen.Jobs.Contracts;

/// <summary>Body of <c>POST /internal/jobs/changed</c>: what somebody knows of some jobs, of any accounts; at most 1,000.</summary>
public sealed record KnownJobs(IReadOnlyList<KnownJob> Jobs);

/// <param name="Version">The newest version that was seen; 0 for none.</param>
/// <param name="Test">Who asks sees test jobs only, or live ones only; null for both.</param>
public sealed record KnownJob(Guid Id, Guid AccountId, long Version, bool? Test = null);

/// <summary>Answer: what is news.</summary>
/// <param name="Jobs">Those with a newer version, as a read shows them.</param>
/// <param name="Gone">Those that their account can't see: deleted, never there, of the other world, or somebody else's.</param>
public sealed record ChangedJobs(IReadOnlyList<JobView> Jobs, IReadOnlyList<Guid> Gone);
