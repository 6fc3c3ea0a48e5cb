namespace VideoGen.LocalHosting.Run;

/// <summary>One way of asking a process to end, and how long it may take before the next way is tried.</summary>
internal sealed record StopStep(Signal Signal, TimeSpan Grace);

/// <summary>Everything needed to start a process, to know when it is ready and to end it.</summary>
internal sealed record ProcessPlan
{
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(20);

    public required string Name { get; init; }

    /// <summary>A path, or a name to be found on the PATH.</summary>
    public required string Command { get; init; }

    public IReadOnlyList<string> Args { get; init; } = [];

    public required string WorkingDirectory { get; init; }

    /// <summary>Added to the present environment; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Who it runs as; null for the present user.</summary>
    public UnprivilegedUser? User { get; init; }

    /// <summary>What the kernel sends it when this process dies without having stopped it.</summary>
    public Signal DeathSignal { get; init; } = Signal.Kill;

    /// <summary>Tried in order; SIGKILL comes after the last.</summary>
    public IReadOnlyList<StopStep> Stop { get; init; } = [new(Signal.Terminate, DefaultGrace)];

    /// <summary>Whether its output is shown, or only written to its log file.</summary>
    public bool ShowOutput { get; init; } = true;

    public Func<CancellationToken, Task>? BeforeStart { get; init; }

    /// <summary>Asked again and again; null when a started process is a ready one.</summary>
    public Func<CancellationToken, Task<bool>>? IsReady { get; init; }

    public Func<CancellationToken, Task>? WhenReady { get; init; }

    /// <summary>Runs after the process has ended, however it ended.</summary>
    public Action? AfterEnd { get; init; }

    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Where others reach it; null for servers that are not HTTP.</summary>
    public string? Url { get; init; }
}
