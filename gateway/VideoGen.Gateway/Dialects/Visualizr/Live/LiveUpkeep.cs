using Microsoft.Extensions.Options;
using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Callers;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>
/// Looks after the open sockets: closes those whose credential has ended, cuts off those whose client takes nothing, and says good-bye to
/// all when the process stops. One timer for all of them.
/// </summary>
internal sealed partial class LiveUpkeep(
    LiveSockets sockets, Identification identification, IHostApplicationLifetime lifetime, IOptions<LiveOptions> options, TimeProvider time,
    ILogger<LiveUpkeep> log) : BackgroundService
{
    const int ChecksAtOnce = 16;

    static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var farewell = lifetime.ApplicationStopping.Register(CloseAll);
        await Task.WhenAll(CheckCredentialsAsync(stoppingToken), CutOffAsync(stoppingToken));
    }

    void CloseAll()
    {
        foreach (var socket in sockets.All) LiveSockets.SayGoodBye(socket);
    }

    async Task CheckCredentialsAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.Value.CredentialCheck, time);
        while (await timer.WaitForNextTickAsync(ct))
            await Parallel.ForEachAsync(sockets.All.GroupBy(socket => socket.Credential),
                new ParallelOptions { MaxDegreeOfParallelism = ChecksAtOnce, CancellationToken = ct }, CheckAsync);
    }

    /// <summary>Sockets stay open while nobody can be asked: the request that opened them was let in.</summary>
    async ValueTask CheckAsync(IGrouping<Credential, LiveSocket> shown, CancellationToken ct)
    {
        try
        {
            var verdict = await identification.OfAsync(shown.Key, suspect: null, ct);
            if (verdict.IsUnavailable || verdict.Identity?.Scopes.Contains(Scope.JobsRead) == true) return;
            foreach (var socket in shown) LiveSockets.Refuse(socket);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            Log.NotChecked(log, failure);
        }
    }

    /// <summary>Goes on while the process stops, until the last client has said good-bye.</summary>
    async Task CutOffAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Tick, time);
        while (await timer.WaitForNextTickAsync(CancellationToken.None) && (!ct.IsCancellationRequested || sockets.Count > 0))
            foreach (var socket in sockets.All) socket.CutOffWhenStuck(options.Value.SendTimeout);
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The credential of open sockets could not be checked")]
        public static partial void NotChecked(ILogger log, Exception failure);
    }
}
