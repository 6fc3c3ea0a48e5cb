using Npgsql;

namespace VideoGen.Jobs.Submit;

/// <summary>Holds the process's lock from before its first request to its end, and takes it again when the database was away.</summary>
internal sealed partial class ProcessLockWorker(ProcessLockStore store, TimeProvider time, ILogger<ProcessLockWorker> log)
    : BackgroundService
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(200);

    NpgsqlConnection? _session;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _session = await store.TakeAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _session ??= await store.TakeAsync(stoppingToken);
                await ProcessLockStore.PingAsync(_session, stoppingToken);
                await Task.Delay(Look, time, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested && IsLost(failure))
            {
                if (_session is not null) Log.Lost(log, failure); // once for each outage
                await LetGoAsync();
                await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // Requests that are still at work keep their markers until the process has answered them.
                return;
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await LetGoAsync();
    }

    static bool IsLost(Exception failure) => failure is NpgsqlException or TimeoutException or InvalidOperationException;

    async Task LetGoAsync()
    {
        var session = Interlocked.Exchange(ref _session, null);
        if (session is not null) await session.DisposeAsync();
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The lock that says that this process lives was lost; it is taken again")]
        public static partial void Lost(ILogger log, Exception failure);
    }
}
