using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using VideoGen.LocalServers;

namespace VideoGen.Hosting.LocalServers;

/// <summary>
/// Follows every process of the run: starts again what ended unasked (the orchestrator does not), writes the output of each, says when one
/// is ready, and tells the listeners. One that never gets ready ends the run with its last lines.
/// </summary>
internal sealed partial class Supervisor(
    LocalRun run, ResourceNotificationService states, ResourceCommandService commands, ResourceLoggerService output,
    IEnumerable<IRunListener> listeners, IHostApplicationLifetime lifetime)
{
    private readonly Dictionary<string, SupervisedProcess> _processes = [];
    private readonly HashSet<string> _followed = [];
    private readonly Lock _gate = new();
    private bool _allWereReady;
    private bool _stopping;

    internal IReadOnlyList<SupervisedProcess> Processes => [.. _processes.Values];

    internal void Watch(DistributedApplicationModel model)
    {
        foreach (var resource in model.Resources.OfType<ExecutableResource>().Where(resource => resource.Name != OwnNames.Dashboard))
        {
            _processes[resource.Name] = new(resource, isPortFree: resource is BuiltProjectResource project ? () => Ports.IsFree(project.Port) : null);
        }

        run.Failed += lifetime.StopApplication;
        lifetime.ApplicationStopping.Register(Stop);
        _ = Task.Run(WatchAsync);
    }

    /// <summary>From now on every end is wanted.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
            run.Log.Say("Stopping.");
            foreach (var listener in listeners) listener.Stopping();
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var change in states.WatchAsync(CancellationToken.None))
            {
                if (change.Resource is ExecutableResource && _followed.Add(change.ResourceId))
                    _ = FollowAsync(change.ResourceId, change.Resource);
                if (_processes.TryGetValue(change.Resource.Name, out var process))
                    Take(process, () => process.Enter(Told.By(change.Snapshot)), change.ResourceId);
            }
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            run.Fail($"The states of the resources cannot be followed any more: {problem.Message}");
        }
    }

    private void Take(SupervisedProcess process, Func<Step> change, string id)
    {
        lock (_gate)
        {
            var step = change();
            if (_stopping)
                return;
            switch (step)
            {
                case Step.BecameReady:
                    run.Log.Say($"{process.Resource.Name} is ready ({process.Age.TotalSeconds:0.0} s).");
                    break;
                case Step.StartAgain:
                    run.Log.Say($"{process.Resource.Name} ended unasked with code {process.ExitCode}. It starts again in {process.Pause.TotalSeconds:0.#} s.");
                    _ = StartAgainAsync(process, id);
                    break;
                case Step.GiveUp:
                    run.Fail($"{process.Resource.Name} did not start.{run.Log.LastLinesOf(process.Resource.Name)}");
                    return;
            }

            Tell();
        }
    }

    private void Tell()
    {
        var isFirst = !_allWereReady && _processes.Values.All(process => process.State == ProcessState.Ready);
        _allWereReady |= isFirst;
        var processes = _processes.Values.Select(process =>
            new RunningProcess(process.Resource.Name, process.ProcessId, process.State, (process.Resource as BuiltProjectResource)?.Url)).ToList();
        foreach (var listener in listeners.Where(_ => _allWereReady))
        {
            if (isFirst) listener.Ready(processes);
            else listener.Changed(processes);
        }
    }

    private async Task StartAgainAsync(SupervisedProcess process, string id)
    {
        try
        {
            await Task.Delay(process.Pause, lifetime.ApplicationStopping);
            if (!IsDown(process))
                return;
            var started = await commands.ExecuteCommandAsync(id, KnownResourceCommands.StartCommand, lifetime.ApplicationStopping);
            if (!started.Success)
                Take(process, process.Fail, id);
        }
        catch (OperationCanceledException)
        {
            // The run stops: nothing is to be started any more.
        }
    }

    /// <summary>"Start" on a process that runs would end it first.</summary>
    private bool IsDown(SupervisedProcess process)
    {
        lock (_gate)
        {
            return process.Try();
        }
    }

    /// <summary>The orchestrator puts the time before each line.</summary>
    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT[\d:.]+Z ?", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Timestamp { get; }

    private async Task FollowAsync(string id, IResource resource)
    {
        await foreach (var lines in output.WatchAsync(id))
        {
            foreach (var line in lines)
            {
                // What Aspire says of the waiting before the start is for the file alone.
                var show = resource is BuiltProjectResource && _processes[resource.Name].HasRun;
                run.Log.Write(resource.Name, Timestamp.Replace(line.Content, ""), show);
            }
        }
    }
}

/// <summary>Names that Aspire gives.</summary>
internal static class OwnNames
{
    internal const string Dashboard = "aspire-dashboard";
}
