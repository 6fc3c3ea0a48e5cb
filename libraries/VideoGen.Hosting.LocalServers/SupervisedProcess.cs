using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace VideoGen.Hosting.LocalServers;

/// <summary>What follows from a process's new state.</summary>
internal enum Step
{
    None,
    BecameReady,

    /// <summary>It ended and nobody asked for that: start it again after <see cref="SupervisedProcess.Pause"/>.</summary>
    StartAgain,

    /// <summary>It has ended that often without ever being ready that another try is in vain.</summary>
    GiveUp,
}

/// <summary>
/// Follows the states of one resource and tells what to do. A process that was ready once is started again for as long as the run lasts,
/// after 0.5 s, 1 s, 2 s … 30 s; a while of good health starts that count afresh.
/// </summary>
internal sealed class SupervisedProcess(IResource resource)
{
    private const int TriesBeforeFirstReady = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GoodHealth = TimeSpan.FromSeconds(30);

    private readonly Stopwatch _life = new();
    private int _failures;
    private bool _stoppedByOperator;

    internal IResource Resource { get; } = resource;

    internal int? ProcessId { get; private set; }

    internal int? ExitCode { get; private set; }

    internal ProcessState State { get; private set; } = ProcessState.Waiting;

    /// <summary>There was a process at least once.</summary>
    internal bool HasRun { get; private set; }

    /// <summary>It was ready at least once.</summary>
    internal bool WasReady { get; private set; }

    /// <summary>Since it was last started.</summary>
    internal TimeSpan Age => _life.Elapsed;

    internal TimeSpan Pause => TimeSpan.FromMilliseconds(Math.Min(250 * Math.Pow(2, _failures), LongestPause.TotalMilliseconds));

    internal Step Enter(CustomResourceSnapshot snapshot)
    {
        var state = snapshot.State?.Text;
        ExitCode = snapshot.ExitCode;
        if (state is not null && KnownResourceStates.TerminalStates.Contains(state))
            return End();
        // "Stop" in the dashboard ends the process too, but passes through this state; a process that ends by itself does not.
        if (state == KnownResourceStates.Stopping)
            _stoppedByOperator = true;
        if (state == KnownResourceStates.Waiting && !HasRun)
            State = ProcessState.Waiting;
        if (state == KnownResourceStates.Starting || state == KnownResourceStates.Running)
            return Live(snapshot, running: state == KnownResourceStates.Running);
        return Step.None;
    }

    /// <summary>Another try has failed before there was a process.</summary>
    internal Step Fail()
    {
        State = ProcessState.Starting;
        return End();
    }

    private Step Live(CustomResourceSnapshot snapshot, bool running)
    {
        _stoppedByOperator = false;
        ProcessId = running ? PidOf(snapshot) : null;
        HasRun |= running;
        if (State is not (ProcessState.Starting or ProcessState.Ready))
            _life.Restart();
        var ready = running && snapshot.HealthStatus == HealthStatus.Healthy;
        var step = ready && State != ProcessState.Ready ? Step.BecameReady : Step.None;
        State = ready ? ProcessState.Ready : ProcessState.Starting;
        WasReady |= ready;
        return step;
    }

    private Step End()
    {
        ProcessId = null;
        if (_stoppedByOperator)
            State = ProcessState.Stopped;
        if (State is ProcessState.Stopped or ProcessState.Restarting)
            return Step.None;
        _failures = _life.Elapsed > GoodHealth ? 1 : _failures + 1;
        State = ProcessState.Restarting;
        return !WasReady && _failures >= TriesBeforeFirstReady ? Step.GiveUp : Step.StartAgain;
    }

    private static int? PidOf(CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is { } value
        && int.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), out var pid) ? pid : null;
}
