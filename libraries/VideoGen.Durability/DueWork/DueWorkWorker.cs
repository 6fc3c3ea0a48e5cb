using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using VideoGen.Durability.Recovery;

namespace VideoGen.Durability;

/// <summary>
/// Runs work when it is due: polls, deadlines, retries, expiries.
/// <para>
/// Guarantee: every row that comes due is run at least once, by one worker at a time while leases hold, and completed at most
/// once. An effect written in the same transaction as the completion happens exactly once. A crash leaves nothing behind.
/// </para>
/// <para>
/// Protocol, one loop a kind: 1. Claim due rows, skipping those others are claiming, as many as there are free places: the row
/// gets a fresh lease (the fencing token) and its due time becomes the lease's end. 2. Run the handler, outside any
/// transaction, and extend the lease each third of its length. 3. Complete: delete, or set the next due time, only where the
/// lease is still ours. 4. Sleep until the next row is due that is known, until this process schedules one, or until
/// <see cref="LeftWorkWorker"/> finds one that another process has scheduled or left.
/// </para>
/// <para>
/// What may go wrong: a worker that crashes, or is cut off for longer than the lease, loses the row to the next one; its own
/// late completion finds another token and changes nothing (LeaseLostException inside a transaction). The handler's token is
/// cancelled as soon as the loss is known. A handler may therefore run twice: vendors are called with keys that bear it.
/// </para>
/// </summary>
internal sealed class DueWorkWorker(
    IEnumerable<DueWorkKind> kinds, NpgsqlDataSource source, LeaseSessions leases, DueWorkSignals signals, IServiceScopeFactory scopes,
    DurabilityTelemetry telemetry, ILoggerFactory logs) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        Activity.Current = null; // a poll belongs to no trace
        var log = logs.CreateLogger<DueWorkWorker>();
        await Task.WhenAll(kinds.Select(kind =>
            new DueWorkLoop(kind, source, signals.Of(kind.Name), new DueWorkRun(kind, source, leases, scopes, telemetry, log), log)
                .RunAsync(stoppingToken)));
    }
}

/// <summary>Claims the rows of one kind and starts their runs.</summary>
internal sealed partial class DueWorkLoop(DueWorkKind kind, NpgsqlDataSource source, DueWorkSignal signal, DueWorkRun run, ILogger log)
{
    static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<Task, bool> _runs = new();

    public async Task RunAsync(CancellationToken ct)
    {
        var places = signal.Places = new DueWorkPlaces(kind.Options, claim => Start(claim, ct), signal);
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var sleep = await StartDueAsync(places, ct);
                failures = 0;
                if (sleep > TimeSpan.Zero) await signal.SleepAsync(sleep, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                if (failures++ % 60 == 0) Log.ClaimFailed(log, kind.Name, failures, e);
                await Task.Delay(AfterFailure, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        places.Close();
        await Task.WhenAll(_runs.Keys); // each sees the stop and gives its row back
    }

    async Task<TimeSpan> StartDueAsync(DueWorkPlaces places, CancellationToken ct)
    {
        var taken = 0;
        while (places.TryTake()) taken++;
        if (taken == 0) return places.WaitForOne(LeftWorkWorker.LongestSleep); // the first run that ends wakes the loop

        List<DueWorkClaim> claims = [];
        try
        {
            (claims, var next) = await DueWorkStore.ClaimAsync(source, kind, taken, ct);
            places.NoteBacklog(claims.Count == taken);
            foreach (var claim in claims) places.Start(claim);
            if (claims.Count == taken) return TimeSpan.Zero;
            if (next is not { } until || until > LeftWorkWorker.LongestSleep) return LeftWorkWorker.LongestSleep;
            return Max(until, TimeSpan.FromMilliseconds(1));
        }
        finally
        {
            places.GiveBack(taken - claims.Count);
        }
    }

    void Start(DueWorkClaim claim, CancellationToken ct)
    {
        Task task;
        // What began the run (a message, a request) is not what it belongs to.
        using (ExecutionContext.SuppressFlow()) task = Task.Run(() => OneAsync(claim, ct), CancellationToken.None);
        _runs[task] = true;
        _ = task.ContinueWith(
            (ended, runs) => ((ConcurrentDictionary<Task, bool>)runs!).TryRemove(ended, out _), _runs, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    async Task OneAsync(DueWorkClaim claim, CancellationToken ct)
    {
        try
        {
            await run.ExecuteAsync(claim, ct);
        }
        catch (Exception e)
        {
            Log.NotRecorded(log, kind.Name, claim.Item.Id, e);
        }
        finally
        {
            signal.Places!.Leave(claim.Item.Lease.DueAgain);
        }
    }

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Due work {Kind} could not be claimed ({Failures} times in a row); trying again")]
        public static partial void ClaimFailed(ILogger logger, string kind, int failures, Exception e);

        [LoggerMessage(LogLevel.Warning, "The outcome of due work {Kind}/{Id} could not be written; it runs again when its lease has ended")]
        public static partial void NotRecorded(ILogger logger, string kind, Guid id, Exception e);
    }
}
