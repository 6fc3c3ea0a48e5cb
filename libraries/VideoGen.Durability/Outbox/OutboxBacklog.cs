using Npgsql;

namespace VideoGen.Durability;

/// <summary>Reads the outbox's backlog for the gauges.</summary>
internal sealed class OutboxBacklog(NpgsqlDataSource source, DurabilityTelemetry telemetry) : IRecurringWork
{
    public const string Name = "outbox-backlog";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken ct)
    {
        var (pending, lag) = await OutboxStore.BacklogAsync(source, ct);
        telemetry.OutboxIs(pending, lag);
    }
}
