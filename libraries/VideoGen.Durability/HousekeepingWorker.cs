using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace VideoGen.Durability;

/// <summary>Reads the outbox's backlog for the gauges and forgets old receipts of the inbox, a small batch at a time.</summary>
internal sealed partial class HousekeepingWorker(
    NpgsqlDataSource source, DurabilityOptions options, DurabilityTelemetry telemetry, ILogger<HousekeepingWorker> log) : BackgroundService
{
    const int PruneBatch = 1000;
    static readonly TimeSpan BacklogEach = TimeSpan.FromSeconds(5);
    static readonly TimeSpan PruneEach = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        Activity.Current = null;
        long? pruned = null;
        using var timer = new PeriodicTimer(BacklogEach);
        try
        {
            do
            {
                try
                {
                    var (pending, lag) = await OutboxStore.BacklogAsync(source, stoppingToken);
                    telemetry.OutboxIs(pending, lag);
                    if (pruned is { } last && Stopwatch.GetElapsedTime(last) < PruneEach) continue;
                    await PruneAsync(stoppingToken);
                    pruned = Stopwatch.GetTimestamp();
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Log.Failed(log, e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the host stops
        }
    }

    // Between two batches others get their turn; a batch that is not full was the last.
    async Task PruneAsync(CancellationToken ct)
    {
        while (await InboxStore.PruneAsync(source, options.InboxRetention, PruneBatch, ct) == PruneBatch)
            await Task.Delay(50, ct);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Housekeeping failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
