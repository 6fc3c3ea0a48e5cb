using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace VideoGen.Durability.Recovery;

/// <summary>
/// Finds what nobody tells this process of: outbox rows and due work that another process scheduled, or left when it died. One
/// statement a poll asks for all of it, and wakes whoever has something to do; they themselves sleep. What this process commits
/// wakes them at once.
/// </summary>
internal sealed partial class LeftWorkWorker(
    IEnumerable<DueWorkKind> kinds, NpgsqlDataSource source, OutboxSignal outbox, DueWorkSignals dueWork, DurabilityOptions options,
    ILogger<LeftWorkWorker> log) : BackgroundService
{
    /// <summary>Of those who are woken: so they go on, slowly, whatever becomes of this worker.</summary>
    public static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        Activity.Current = null; // a poll belongs to no trace
        string[] names = [.. kinds.Select(kind => kind.Name)];
        using var timer = new PeriodicTimer(options.Poll);
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                var due = await LeftWorkStore.FindAsync(source, names, stoppingToken);
                if (due.Outbox) outbox.Set();
                foreach (var kind in due.Kinds) dueWork.Of(kind).Set();
                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (failures++ % 60 == 0) Log.Failed(log, failures, e);
            }
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Work that other processes left could not be looked for ({Failures} times in a row); trying again")]
        public static partial void Failed(ILogger logger, int failures, Exception e);
    }
}
