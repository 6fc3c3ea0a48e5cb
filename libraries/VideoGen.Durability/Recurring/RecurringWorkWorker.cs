using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace VideoGen.Durability;

/// <summary>
/// Keeps recurring work going.
/// <para>
/// Guarantee: registered work is run again and again while any process of the service lives; work of the whole system by one process at a
/// time. A failed run is repeated with back-off.
/// </para>
/// <para>
/// Protocol: 1. At start, make sure that each work of the system has its row of due work, due no later than its first run; a row
/// that is due sooner keeps its time, one whose work runs is left alone. 2. The row comes due, is run under a lease (see
/// <see cref="DueWorkWorker"/>) and is due again after the interval. 3. Work of each process is run by a loop here.
/// </para>
/// <para>
/// What may go wrong: a process that dies in mid-run leaves a lease that ends; another then runs the work again. A row that someone
/// deletes is back at the next start of any process.
/// </para>
/// </summary>
internal sealed partial class RecurringWorkWorker(
    IEnumerable<RecurringWorkKind> kinds, IServiceScopeFactory scopes, DurabilityTelemetry telemetry, TimeProvider time, ILogger<RecurringWorkWorker> log)
    : BackgroundService
{
    /// <summary>Before the service takes its first request, as its migrations are.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var ofTheSystem = kinds.Where(kind => !kind.Options.InEveryProcess).ToList();
        if (ofTheSystem.Count > 0)
        {
            await using var scope = scopes.CreateAsyncScope();
            var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
            await work.BeginAsync(cancellationToken);
            foreach (var kind in ofTheSystem) await DueWorkStore.EnsureAsync(work, kind.Name, kind.Options.First(), cancellationToken);
            await work.CommitAsync(cancellationToken);
        }
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        Activity.Current = null; // work that recurs belongs to no trace
        await Task.WhenAll(kinds.Where(kind => kind.Options.InEveryProcess).Select(kind => LoopAsync(kind, stoppingToken)));
    }

    async Task LoopAsync(RecurringWorkKind kind, CancellationToken ct)
    {
        var failures = 0;
        var pause = kind.Options.First();
        while (true)
        {
            await Task.Delay(pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ct.IsCancellationRequested) return;
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await ((IRecurringWork)scope.ServiceProvider.GetRequiredService(kind.Work)).RunAsync(ct);
                telemetry.RecurringWorkSucceeded(kind.Name, time.GetUtcNow());
                failures = 0;
                pause = kind.Options.Next();
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                pause = Backoff.Delay(failures++, kind.Options.FirstBackoff, kind.Options.LongestBackoff);
                telemetry.RecurringWorkFailed.Add(1, DurabilityTelemetry.Named(kind.Name));
                Log.Failed(log, kind.Name, failures, pause.TotalSeconds, failure);
            }
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Recurring work {Name} failed ({Failures} times in a row); it is tried again in {Seconds:F1} s")]
        public static partial void Failed(ILogger logger, string name, int failures, double seconds, Exception failure);
    }
}

/// <summary>One run of a work of the whole system; due work logs its failures and backs off.</summary>
internal sealed class RecurringDueWork(IEnumerable<RecurringWorkKind> kinds, IServiceProvider scope, DurabilityTelemetry telemetry, TimeProvider time) : IDueWorkHandler
{
    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        var kind = kinds.Single(kind => kind.Name == item.Kind);
        try
        {
            await ((IRecurringWork)scope.GetRequiredService(kind.Work)).RunAsync(ct);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            telemetry.RecurringWorkFailed.Add(1, DurabilityTelemetry.Named(kind.Name));
            throw;
        }
        telemetry.RecurringWorkSucceeded(kind.Name, time.GetUtcNow());
        return DueWorkResult.Again(kind.Options.Next());
    }
}
