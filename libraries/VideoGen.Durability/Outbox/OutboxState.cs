using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace VideoGen.Durability;

/// <summary>What waits in the outbox.</summary>
/// <param name="Pending">Rows that are due now, counted up to 10,000.</param>
/// <param name="Lag">For how long the longest of them has been due; a row that waits for its next try is not.</param>
/// <param name="Oldest">For how long the oldest message that should have been sent has waited, tries included.</param>
internal sealed record OutboxBacklog(long Pending, TimeSpan Lag, TimeSpan Oldest)
{
    public static readonly OutboxBacklog Empty = new(0, TimeSpan.Zero, TimeSpan.Zero);
}

/// <summary>What this process knows of the outbox: its backlog, and when its own dispatcher last got on.</summary>
internal sealed class OutboxState(TimeProvider time)
{
    volatile OutboxBacklog _backlog = OutboxBacklog.Empty;
    long _advanced = time.GetTimestamp();

    public OutboxBacklog Backlog
    {
        get => _backlog;
        set => _backlog = value;
    }

    /// <summary>Since the broker last answered about a row of ours, or there was none to send.</summary>
    public TimeSpan StandsStillFor => time.GetElapsedTime(Interlocked.Read(ref _advanced));

    public void Advanced() => Interlocked.Exchange(ref _advanced, time.GetTimestamp());
}

/// <summary>Degraded while messages wait longer than they should; the service itself works.</summary>
internal sealed class OutboxHealth(OutboxState state, DurabilityOptions options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var backlog = state.Backlog;
        return Task.FromResult(backlog.Oldest <= options.OutboxDegradedAfter
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"The oldest message in the outbox has waited {backlog.Oldest.TotalSeconds:F0} s; {backlog.Pending} are due"));
    }
}
