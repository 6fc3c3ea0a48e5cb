namespace VideoGen.Hosting.LocalServers;

/// <summary>Where a process stands.</summary>
public enum ProcessState
{
    /// <summary>For what it waits for.</summary>
    Waiting,
    Starting,
    Ready,

    /// <summary>It ended unasked and is started again after a pause.</summary>
    Restarting,
    Stopped,
}

/// <summary>One process of the run.</summary>
/// <param name="Name">The resource's name.</param>
/// <param name="ProcessId">Null while it is not running.</param>
/// <param name="Url">Its HTTP address; null for servers that have none.</param>
public sealed record RunningProcess(string Name, int? ProcessId, ProcessState State, string? Url);

/// <summary>Learns how a run goes. Register one with the builder's <c>Services</c>. Calls never overlap.</summary>
public interface IRunListener
{
    /// <summary>Everything is ready for the first time.</summary>
    /// <param name="processes">In the order of the drawing. Servers that were given by a connection string are not among them.</param>
    void Ready(IReadOnlyList<RunningProcess> processes);

    /// <summary>After that: a process ended, was started again, or became ready.</summary>
    void Changed(IReadOnlyList<RunningProcess> processes);

    /// <summary>The run begins to stop, or has failed to start.</summary>
    void Stopping();
}
