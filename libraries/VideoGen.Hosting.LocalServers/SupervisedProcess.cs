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

/// <summary>What the orchestrator tells of a process.</summary>
/// <param name="State">One of <see cref="KnownResourceStates"/>.</param>
internal sealed record Told(string? State, bool IsHealthy, int? ExitCode, int? ProcessId)
{
    internal static Told By(CustomResourceSnapshot snapshot) =>
        new(snapshot.State?.Text, snapshot.HealthStatus == HealthStatus.Healthy, snapshot.ExitCode, PidOf(snapshot));

    private static int? PidOf(CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is { } value
        && int.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), out var pid) ? pid : null;
}

/// <summary>
/// Follows the states of one resource and tells what to do. A process that was ready once is started again for as long as the run
/// lasts, after 0.5 s, 1 s, 2 s … 30 s; a while of good health starts that count afresh. A short while is enough for one whose port is
/// free when it has ended: it was well itself, and has been killed. Where another program holds the port, the answers that looked
/// like health were that one's. The orchestrator tells of one end in several ways and late: there is one try at a time, and none for
/// a process that runs by the time its pause is over. Not thread-safe.
/// </summary>
/// <param name="isPortFree">Whether nothing listens on the process's port; null when that is not known.</param>
internal sealed class SupervisedProcess(IResource resource, TimeProvider? time = null, Func<bool>? isPortFree = null)
{
    private const int TriesBeforeFirstReady = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GoodHealth = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GoodHealthOfItsOwn = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private long _began;
    private long? _readySince;
    private int _tries;
    private bool _isTryPending;
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
    internal TimeSpan Age => _time.GetElapsedTime(_began);

    /// <summary>Before the next try.</summary>
    internal TimeSpan Pause => TimeSpan.FromMilliseconds(Math.Min(500 * Math.Pow(2, _tries), LongestPause.TotalMilliseconds));

    internal Step Enter(Told told)
    {
        var state = told.State;
        ExitCode = told.ExitCode;
        // Until it is told to start, another word of an end is of the one that is known.
        if (state is not null && KnownResourceStates.TerminalStates.Contains(state))
            return State == ProcessState.Restarting ? Step.None : End();
        // "Stop" in the dashboard ends the process too, but passes through this state; a process that ends by itself does not.
        if (state == KnownResourceStates.Stopping)
            _stoppedByOperator = true;
        if (state == KnownResourceStates.Waiting && !HasRun)
            State = ProcessState.Waiting;
        if (state == KnownResourceStates.Starting || state == KnownResourceStates.Running)
            return Live(told, running: state == KnownResourceStates.Running);
        return Step.None;
    }

    /// <summary>The pause is over: whether it is to be started now. It counts as a try.</summary>
    internal bool Try()
    {
        _isTryPending = false;
        if (State != ProcessState.Restarting)
            return false;
        _tries++;
        return true;
    }

    /// <summary>The try has failed before there was a process, which the orchestrator may have told by a state too.</summary>
    internal Step Fail() => End();

    private Step Live(Told told, bool running)
    {
        _stoppedByOperator = false;
        ProcessId = running ? told.ProcessId : null;
        HasRun |= running;
        if (State is not (ProcessState.Starting or ProcessState.Ready))
            _began = _time.GetTimestamp();
        var ready = running && told.IsHealthy;
        var step = ready && State != ProcessState.Ready ? Step.BecameReady : Step.None;
        State = ready ? ProcessState.Ready : ProcessState.Starting;
        WasReady |= ready;
        if (ready)
            _readySince ??= _time.GetTimestamp();
        return step;
    }

    private Step End()
    {
        ProcessId = null;
        if (WasWell())
            _tries = 0;
        _readySince = null;
        if (_stoppedByOperator)
            State = ProcessState.Stopped;
        if (State == ProcessState.Stopped)
            return Step.None;
        State = ProcessState.Restarting;
        if (_isTryPending)
            return Step.None;
        if (!WasReady && _tries + 1 >= TriesBeforeFirstReady)
            return Step.GiveUp;
        _isTryPending = true;
        return Step.StartAgain;
    }

    private bool WasWell() => _readySince is { } since && _time.GetElapsedTime(since) is var health
        && (health > GoodHealth || (health > GoodHealthOfItsOwn && isPortFree is not null && isPortFree()));
}
