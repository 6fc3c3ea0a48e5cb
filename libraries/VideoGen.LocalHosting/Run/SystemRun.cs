using Aspire.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace VideoGen.LocalHosting.Run;

/// <summary>
/// Runs a drawing as processes on this machine.
/// <list type="number">
/// <item>Takes the folder's lock; gives parameters their values and endpoints their ports.</item>
/// <item>Starts every part as soon as all it waits for is ready: what does not wait for each other starts side by side.</item>
/// <item>Tells the listeners when everything is ready, and of every change after that.</item>
/// <item>On a signal, or when a part cannot be started: stops every part after those that waited for it have ended.</item>
/// </list>
/// </summary>
internal sealed class SystemRun(
    SystemDrawing drawing, LocalSettings settings, IEnumerable<IRunListener> listeners, Outcome outcome, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host's start must not wait for the system's: a signal may come before everything is ready.
        await Task.Yield();
        try
        {
            settings.CreateFolders();
            using var held = RunLock.Take(settings.Folder);
            using var log = RunLog.OnConsole(settings.LogFolder);
            using var plans = new ProgramPlans(settings);
            RunInputs.Resolve(drawing, settings);
            await RunAsync(PartGraph.Of(drawing, settings, plans, log), log, stoppingToken);
        }
        catch (Exception problem)
        {
            outcome.Failure = problem;
            lifetime.StopApplication();
        }
    }

    private async Task RunAsync(PartGraph parts, RunLog log, CancellationToken stoppingToken)
    {
        var told = new RunListeners([.. listeners], parts.Status, log.Say);
        try
        {
            parts.Changed = () => _ = told.ChangedAsync();
            await parts.StartAsync(stoppingToken);
            await told.ReadyAsync();
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.Say("Stopping.");
        }
        finally
        {
            await told.StoppingAsync();
            await parts.StopAsync();
            log.Say("Stopped.");
        }
    }
}

internal static class SystemRunRegistration
{
    // More than all grace times along the longest chain of parts.
    private static readonly TimeSpan LongestStop = TimeSpan.FromMinutes(3);

    internal static IServiceCollection AddSystemRun(this IServiceCollection services)
    {
        services.Configure<HostOptions>(options => options.ShutdownTimeout = LongestStop);
        services.AddSingleton<IHostLifetime, SignalLifetime>();
        return services.AddHostedService<SystemRun>();
    }
}
