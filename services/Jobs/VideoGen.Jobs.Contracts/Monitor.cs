namespace VideoGen.Jobs.Contracts;

/// <summary>Answer of <c>GET /internal/monitor/jobs</c>: jobs of all accounts, newest first, without those that were deleted.</summary>
/// <param name="HasMore">There are older ones that match.</param>
public sealed record MonitoredJobs(IReadOnlyList<MonitoredJob> Jobs, bool HasMore);

/// <summary>A job with its story. Whose it is, is not told.</summary>
/// <param name="Changes">What the feed told of it, oldest first; empty when the feed no longer reaches back so far.</param>
public sealed record MonitoredJob(JobView Job, IReadOnlyList<JobChange> Changes);

/// <param name="Type"><c>job.queued</c>, <c>job.started</c> …</param>
public sealed record JobChange(string Type, DateTimeOffset At, JobProgress Progress);

/// <summary>Answer of <c>GET /internal/monitor/pulse</c>.</summary>
/// <param name="At">The database's clock; the next call's <c>since</c>, less what a transaction may take.</param>
/// <param name="Changed">Jobs that changed since the time given; at most 1,000.</param>
public sealed record MonitorPulse(DateTimeOffset At, JobTallies Tallies, IReadOnlyList<JobVersion> Changed);

public sealed record JobVersion(Guid Id, long Version);

/// <param name="Running">Every job that has left the queue and has not ended.</param>
/// <param name="CompletedToday">Since midnight UTC.</param>
/// <param name="FailedToday">Since midnight UTC; cancelled ones are not among them.</param>
public sealed record JobTallies(long Queued, long Running, long CompletedToday, long FailedToday);
