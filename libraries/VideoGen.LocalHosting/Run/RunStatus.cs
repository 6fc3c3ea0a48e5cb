namespace VideoGen.LocalHosting.Run;

/// <summary>One process of the run.</summary>
/// <param name="Name">The resource's name, with <c>-2</c>, <c>-3</c> … for further replicas.</param>
/// <param name="ProcessId">Null while it is not running.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Url">Its HTTP address; null for servers that have none.</param>
public sealed record RunningPart(string Name, int? ProcessId, ProcessState State, string? Url);

/// <summary>The processes of a run.</summary>
/// <param name="Parts">In the order of the drawing. Servers that were given by a connection string are not among them.</param>
public sealed record RunStatus(IReadOnlyList<RunningPart> Parts);

/// <summary>
/// Learns how a run goes. Register one with the builder's <c>Services</c>. Calls never overlap.
/// </summary>
public interface IRunListener
{
    /// <summary>Everything is ready for the first time.</summary>
    Task ReadyAsync(RunStatus status, CancellationToken cancellationToken);

    /// <summary>After that: a process ended, was started again, or became ready.</summary>
    Task ChangedAsync(RunStatus status, CancellationToken cancellationToken);

    /// <summary>The run begins to stop, or has failed to start.</summary>
    Task StoppingAsync();
}
