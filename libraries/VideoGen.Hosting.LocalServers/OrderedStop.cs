using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using VideoGen.LocalServers;

namespace VideoGen.Hosting.LocalServers;

/// <summary>
/// Stops every resource after those that waited for it; the orchestrator, which is stopped after this, would stop all at the same moment.
/// </summary>
internal sealed class OrderedStop(LocalRun run, Supervisor supervisor, ResourceNotificationService states) : IHostedService
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(40);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        supervisor.Stop();
        var rest = supervisor.Processes.Where(process => process.ProcessId is not null).ToList();
        while (rest.Count > 0)
        {
            var next = rest.Where(process => !rest.Any(other => WaitsFor(other.Resource, process.Resource))).ToList();
            await Task.WhenAll((next.Count > 0 ? next : rest).Select(process => StopAsync(process, cancellationToken)));
            rest = next.Count > 0 ? [.. rest.Except(next)] : [];
        }
    }

    private static bool WaitsFor(IResource resource, IResource dependency) => resource.Annotations.OfType<WaitAnnotation>()
        .Any(wait => wait.Resource == dependency || (wait.Resource as IResourceWithParent)?.Parent == dependency);

    /// <summary>By a signal of the resource's own: PostgreSQL takes SIGTERM for a wish to wait until its last client has gone.</summary>
    private async Task StopAsync(SupervisedProcess process, CancellationToken cancellationToken)
    {
        if (process.ProcessId is not { } id)
            return;
        Libc.Signal(id, process.Resource.TryGetLastAnnotation<StopSignalAnnotation>(out var stop) ? stop.Signal : Signal.Terminate);
        try
        {
            await states.WaitForResourceAsync(process.Resource.Name, KnownResourceStates.TerminalStates, cancellationToken)
                .WaitAsync(LongestStop, cancellationToken);
            run.Log.Say($"{process.Resource.Name} has stopped.");
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // What does not obey is killed by the orchestrator; the rest is still asked in order.
            run.Log.Say($"{process.Resource.Name} does not stop.");
        }
    }
}
