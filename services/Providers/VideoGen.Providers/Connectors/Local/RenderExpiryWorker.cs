using VideoGen.Durability;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>Deletes a render and its files when they have been kept long enough; one that still runs is looked at again later.</summary>
internal sealed class RenderExpiryWorker(RenderStore store, WorkFolder folder) : IDueWorkHandler
{
    static readonly TimeSpan Later = TimeSpan.FromHours(1);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        if (await store.FindAsync(item.Id, ct) is not { } row) return DueWorkResult.Done;
        var stalled = RenderTimeline.NeverDelivers(row.Order.Script) && row.Now > row.Order.Deadline;
        if (stalled) await store.CancelAsync(row.Id, ct);
        else if (row.State is RenderState.Queued or RenderState.Running) return DueWorkResult.Again(Later);
        folder.Remove(row.Order.ClientReference);
        await store.DeleteAsync(row.Id, ct);
        return DueWorkResult.Done;
    }
}

/// <summary>
/// Deletes folders that no render knows: of renders that another replica has expired, and of ones that were deleted by hand.
/// Looks at start and every hour.
/// </summary>
internal sealed partial class OrphanFolderWorker(RenderStore store, WorkFolder folder, TimeProvider time, ILogger<OrphanFolderWorker> log) : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is Npgsql.NpgsqlException or IOException)
            {
                Log.SweepFailed(log, fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task SweepAsync(CancellationToken ct)
    {
        foreach (var some in folder.UntouchedSince(time.GetUtcNow() - Every).Chunk(500))
        {
            var known = await store.KnownAsync(some, ct);
            foreach (var orphan in some.Where(reference => !known.Contains(reference))) folder.Remove(orphan);
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Folders without a render could not be swept; trying again in an hour")]
        public static partial void SweepFailed(ILogger logger, Exception fault);
    }
}
