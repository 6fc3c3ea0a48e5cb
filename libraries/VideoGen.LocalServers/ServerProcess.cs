namespace VideoGen.LocalServers;

/// <summary>How a server runs as a process of this machine: everything that whoever starts, watches and stops it needs to know.</summary>
internal sealed record ServerProcess
{
    public required string Name { get; init; }

    /// <summary>A path, or a name to be found on the PATH. It replaces itself until it is the server: the process's id is the server's own.</summary>
    public required string Command { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Made by <see cref="PrepareAsync"/> where it is missing.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Added to the present environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The signal after which it ends soon and in good order.</summary>
    public Signal StopSignal { get; init; } = Signal.Terminate;

    /// <summary>Makes folders, files and first data. Called before every start.</summary>
    public Func<CancellationToken, Task> PrepareAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>Whether it serves. Throws <see cref="LocalServerException"/> for what waiting cannot mend.</summary>
    public required Func<CancellationToken, Task<bool>> IsReadyAsync { get; init; }
}
