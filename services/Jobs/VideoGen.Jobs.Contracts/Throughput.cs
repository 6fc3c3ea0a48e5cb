namespace VideoGen.Jobs.Contracts;

/// <summary>
/// Answer of <c>GET /admin/v1/throughput</c>: the jobs of all accounts, now and in the last hour; up to a few seconds old.
/// </summary>
/// <param name="At">The database's clock.</param>
/// <param name="Living">Jobs that have not ended, by state; a state without any is left out.</param>
/// <param name="OldestQueuedAt">When the job that waits longest was submitted; null when none waits.</param>
/// <param name="Minutes">Every minute of the last hour, the oldest first; the present one is not over.</param>
/// <param name="Models">By model, the most used first: live jobs completed within the hour, without simulations asked for.</param>
public sealed record ThroughputView(
    DateTimeOffset At, IReadOnlyList<StateCount> Living, DateTimeOffset? OldestQueuedAt, IReadOnlyList<MinuteFigures> Minutes,
    IReadOnlyList<ModelLatency> Models);

/// <param name="Status">One of <see cref="JobStatus"/>.</param>
public sealed record StateCount(string Status, long Jobs);

/// <summary>What happened within a minute.</summary>
/// <param name="Minute">When it began.</param>
public sealed record MinuteFigures(DateTimeOffset Minute, long Accepted, long Completed, long Failed, long Cancelled);

/// <summary>How long a model's completed jobs took, in seconds: half of them no longer than p50, 19 of 20 no longer than p95.</summary>
/// <param name="WaitP50">From submit to slot.</param>
/// <param name="RunP50">From slot to end.</param>
public sealed record ModelLatency(string Model, long Completed, double WaitP50, double WaitP95, double RunP50, double RunP95);
