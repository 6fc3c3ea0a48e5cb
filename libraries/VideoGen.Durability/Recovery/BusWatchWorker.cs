using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace VideoGen.Durability.Recovery;

/// <summary>
/// Starts an endpoint of the bus anew that has stopped receiving for good.
/// <para>
/// MassTransit reconnects an endpoint after most faults. It gives up, for ever, when it holds the fault for permanent (access refused by
/// a broker that is still starting). The process looks alive, its queue fills, nobody consumes. Nothing is lost, and
/// nothing ends either. What the endpoint tells of its health is right all the same; that is looked at here.
/// </para>
/// <para>
/// 1. Only between the start and the stop of the bus by its host. 2. An endpoint that is out of order is given time, for mostly it is trying.
/// 3. Then it is stopped and started, which does no harm to one that would have come back by itself. 4. One that does not even
/// stop takes the process with it: whoever runs the process starts another.
/// </para>
/// </summary>
internal sealed partial class BusWatchWorker(
    IBusControl bus, BusStarts starts, BusWatchOptions options, IHostApplicationLifetime lifetime, ProcessEnd processEnd, TimeProvider time, ILogger<BusWatchWorker> log) : BackgroundService
{
    readonly Dictionary<Uri, DateTimeOffset> _illSince = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(options.Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                foreach (var endpoint in OutOfOrder()) await RestartAsync(endpoint, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // the host stops
        }
    }

    /// <summary>The endpoints that have been given time enough.</summary>
    List<IReceiveEndpoint> OutOfOrder()
    {
        if (!starts.HasStarted)
        {
            _illSince.Clear();
            return [];
        }
        var endpoints = bus.CheckHealth().Endpoints.Values.ToList();
        var patience = endpoints.Exists(endpoint => endpoint.Status == BusHealthStatus.Healthy) ? options.Patience : options.PatienceWithoutBroker;
        return [.. endpoints.Where(endpoint => IsOutOfOrder(endpoint, patience)).Select(endpoint => endpoint.ReceiveEndpoint)];
    }

    bool IsOutOfOrder(EndpointHealthResult endpoint, TimeSpan patience)
    {
        if (endpoint.Status != BusHealthStatus.Unhealthy)
        {
            _illSince.Remove(endpoint.InputAddress);
            return false;
        }
        var now = time.GetUtcNow();
        if (_illSince.TryGetValue(endpoint.InputAddress, out var since)) return now - since >= patience;
        _illSince[endpoint.InputAddress] = now;
        return false;
    }

    async Task RestartAsync(IReceiveEndpoint endpoint, CancellationToken ct)
    {
        Log.Restarting(log, endpoint.InputAddress.AbsolutePath);
        _illSince.Remove(endpoint.InputAddress);
        try
        {
            using var limit = new CancellationTokenSource(options.StopTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            await endpoint.Stop(either.Token);
            // It connects by itself from here on; its next fault is the next look's.
            endpoint.Start(CancellationToken.None);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            Log.DoesNotStop(log, fault, endpoint.InputAddress.AbsolutePath);
            processEnd.Begin();
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Endpoint {Endpoint} of the bus stopped receiving; it is started anew")]
        public static partial void Restarting(ILogger logger, string endpoint);

        [LoggerMessage(LogLevel.Critical, "Endpoint {Endpoint} of the bus does not stop; the process ends, so that a new one can take over")]
        public static partial void DoesNotStop(ILogger logger, Exception fault, string endpoint);
    }
}
