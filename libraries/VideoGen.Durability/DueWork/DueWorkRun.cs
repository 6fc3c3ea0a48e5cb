using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace VideoGen.Durability;

/// <summary>One run of a handler: keeps the lease while it runs, then writes the outcome under the lease.</summary>
internal sealed partial class DueWorkRun(
    DueWorkKind kind, NpgsqlDataSource source, LeaseSessions leases, IServiceScopeFactory scopes, DurabilityTelemetry telemetry,
    ILogger log)
{
    static readonly TimeSpan RecordRetry = TimeSpan.FromMilliseconds(250);

    public async Task ExecuteAsync(DueWorkClaim claim, CancellationToken stopping)
    {
        var tag = KeyValuePair.Create<string, object?>("kind", kind.Name);
        telemetry.DueWorkLateness.Record(Math.Max(0, claim.Lateness.TotalSeconds), tag);
        using var activity = DurabilityTelemetry.Continue("due work " + kind.Name, ActivityKind.Internal, claim.TraceParent, claim.TraceState);
        CrashPoint.Hit(CrashPoint.DueWorkClaimed);
        if (await HeldSinceAsync(claim, stopping) is not { } heldSince)
        {
            Log.Lost(log, kind.Name, claim.Item.Id);
            telemetry.DueWorkRun.Add(1, tag, KeyValuePair.Create<string, object?>("outcome", "lost"));
            return;
        }

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var ended = new CancellationTokenSource();
        var keeper = KeepLeaseAsync(claim.Item, heldSince, lost, ended.Token);
        Outcome outcome;
        try
        {
            outcome = await HandleAsync(claim, lost.Token, stopping);
        }
        finally
        {
            await ended.CancelAsync();
            await keeper;
        }

        CrashPoint.Hit(CrashPoint.DueWorkBeforeComplete);
        var held = await RecordAsync(claim, outcome, stopping);
        if (!held) Log.Lost(log, kind.Name, claim.Item.Id);
        if (outcome.Error is { } error) activity?.SetStatus(ActivityStatusCode.Error, error.Message);
        telemetry.DueWorkRun.Add(1, tag, KeyValuePair.Create<string, object?>("outcome", held ? outcome.Name : "lost"));
    }

    async Task<Outcome> HandleAsync(DueWorkClaim claim, CancellationToken ct, CancellationToken stopping)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var handler = (IDueWorkHandler)scope.ServiceProvider.GetRequiredService(kind.Handler);
            var result = await handler.RunAsync(claim.Item, ct);
            if (ReferenceEquals(result, DueWorkResult.Handled) && !claim.Item.Lease.Settled)
                throw new InvalidOperationException($"The handler of '{kind.Name}' returned Handled without completing the item.");
            return new Outcome(result, null);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Outcome.Stopped;
        }
        catch (Exception e) when (e is LeaseLostException || (e is OperationCanceledException && ct.IsCancellationRequested))
        {
            return Outcome.Lost;
        }
        catch (Exception e)
        {
            Log.Failed(log, kind.Name, claim.Item.Id, claim.Failures + 1, e);
            telemetry.DueWorkFailed.Add(1, KeyValuePair.Create<string, object?>("kind", kind.Name));
            return new Outcome(null, e);
        }
    }

    // What a handler has done can be dear. While the database is away its outcome is kept, as long as the lease can stand;
    // forgotten at once, the work would be done a second time.
    async Task<bool> RecordAsync(DueWorkClaim claim, Outcome outcome, CancellationToken stopping)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await WriteAsync(claim, outcome);
            }
            catch (Exception e) when (TransientFaults.IsTransient(e) && !stopping.IsCancellationRequested && Stopwatch.GetElapsedTime(since) < kind.Options.Lease)
            {
                await Task.Delay(RecordRetry, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>False when the lease was no longer ours, so that nothing was changed.</summary>
    async Task<bool> WriteAsync(DueWorkClaim claim, Outcome outcome)
    {
        var item = claim.Item;
        if (ReferenceEquals(outcome, Outcome.Lost)) return false;
        // Not cancelled by the stop of the host: an outcome that is known is written.
        if (ReferenceEquals(outcome, Outcome.Stopped)) return await DueWorkStore.ReleaseAsync(source, item, CancellationToken.None);
        if (outcome.Error is { } e)
            return await DueWorkStore.FailAsync(source, item, kind.Options.Backoff(claim.Failures), $"{e.GetType().Name}: {e.Message}", CancellationToken.None);
        if (ReferenceEquals(outcome.Result, DueWorkResult.Handled)) return true;
        return outcome.Result?.After is { } after
            ? await DueWorkStore.AgainAsync(source, item, after, CancellationToken.None)
            : await DueWorkStore.CompleteAsync(source, item, CancellationToken.None);
    }

    /// <summary>
    /// The lease of a row that was written with it runs from that statement on; the commit may have come much later. A run begins with most of
    /// its lease ahead, or not at all.
    /// </summary>
    /// <returns>A timestamp not later than the beginning of the lease; null when it is lost.</returns>
    async Task<long?> HeldSinceAsync(DueWorkClaim claim, CancellationToken ct)
    {
        if (Stopwatch.GetElapsedTime(claim.HeldSince) < kind.Options.Lease / 3) return claim.HeldSince;
        var asked = Stopwatch.GetTimestamp();
        return await DueWorkStore.ExtendAsync(leases.Source, claim.Item, kind.Options.Lease, ct) ? asked : null;
    }

    async Task KeepLeaseAsync(DueWorkItem item, long heldSince, CancellationTokenSource lost, CancellationToken ended)
    {
        var lease = kind.Options.Lease;
        var heldUntil = heldSince + (long)(lease.TotalSeconds * Stopwatch.Frequency);
        while (true)
        {
            await Task.Delay(lease / 3, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested || item.Lease.Settled) return;
            var asked = Stopwatch.GetTimestamp();
            try
            {
                if (await DueWorkStore.ExtendAsync(leases.Source, item, lease, ended))
                    heldUntil = asked + (long)(lease.TotalSeconds * Stopwatch.Frequency);
                else if (!item.Lease.Settled) heldUntil = 0;
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) // the database is away: the lease stands until its end, then someone else may have it
            {
                Log.NotExtended(log, kind.Name, item.Id, e);
            }
            if (Stopwatch.GetTimestamp() < heldUntil) continue;
            await lost.CancelAsync();
            return;
        }
    }

    sealed record Outcome(DueWorkResult? Result, Exception? Error)
    {
        public static readonly Outcome Stopped = new(null, null);
        public static readonly Outcome Lost = new(null, null);

        public string Name =>
            ReferenceEquals(this, Stopped) ? "stopped"
            : ReferenceEquals(this, Lost) ? "lost"
            : Error is not null ? "failed"
            : Result?.After is not null ? "again"
            : "done";
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Due work {Kind}/{Id} failed ({Failures} times in a row)")]
        public static partial void Failed(ILogger logger, string kind, Guid id, int failures, Exception e);

        [LoggerMessage(LogLevel.Warning, "Due work {Kind}/{Id} lost its lease; another worker has it, or it was cancelled")]
        public static partial void Lost(ILogger logger, string kind, Guid id);

        [LoggerMessage(LogLevel.Warning, "The lease of due work {Kind}/{Id} could not be extended")]
        public static partial void NotExtended(ILogger logger, string kind, Guid id, Exception e);
    }
}
