using System.Diagnostics;
using VideoGen.LocalServers;

namespace VideoGen.Testing;

/// <summary>A started process: its output, its end, and the ways to bring that about.</summary>
internal sealed class ChildProcess
{
    private const int RememberedLines = 30;

    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LastOutput = TimeSpan.FromMilliseconds(500);

    private readonly Process _process;
    private readonly ServerProcess _plan;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _lastLines = new();

    private ChildProcess(Process process, ServerProcess plan)
    {
        _process = process;
        _plan = plan;
        Id = process.Id;
    }

    internal int Id { get; }

    /// <summary>The exit code; 128 + n after signal n. Not the end of the output: a grandchild may hold that open.</summary>
    internal Task<int> Exited => _exited.Task;

    /// <summary>The last of what it wrote, for the message when it fails.</summary>
    internal IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_lastLines)
                return [.. _lastLines];
        }
    }

    /// <summary>Answers as soon as the process runs.</summary>
    internal static async Task<ChildProcess> StartAsync(ServerProcess plan)
    {
        var process = await ProcessLauncher.StartAsync(plan);
        var child = new ChildProcess(process, plan);
        process.OutputDataReceived += (_, line) => child.Take(line.Data);
        process.ErrorDataReceived += (_, line) => child.Take(line.Data);
        process.Exited += (_, _) => child.End();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.HasExited)
            child.End();
        return child;
    }

    /// <summary>Prepares and starts a server, and answers when it serves.</summary>
    internal static async Task<ChildProcess> ServeAsync(ServerProcess plan, CancellationToken cancellationToken)
    {
        await plan.PrepareAsync(cancellationToken);
        var child = await StartAsync(plan);
        try
        {
            await Eventually.ThatAsync(async () => child.Exited.IsCompleted || await plan.IsReadyAsync(cancellationToken), ReadyDeadline, $"{plan.Name} serves");
            return child.Exited.IsCompleted ? throw new InvalidOperationException(await child.EpitaphAsync()) : child;
        }
        catch
        {
            await child.StopAsync(TimeSpan.Zero);
            throw;
        }
    }

    internal void Signal(Signal signal)
    {
        // After its end the id may belong to another process.
        if (!_exited.Task.IsCompleted)
            Libc.Signal(Id, signal);
    }

    /// <summary>Waits a moment for the rest of the output after the end.</summary>
    internal async Task ReadToEndAsync()
    {
        using var limit = new CancellationTokenSource(LastOutput);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // A grandchild holds the output open; what there is must do.
        }
    }

    /// <summary>Asks it to end; with SIGKILL after the grace.</summary>
    internal async Task StopAsync(TimeSpan grace)
    {
        Signal(_plan.StopSignal);
        try
        {
            await Exited.WaitAsync(grace);
        }
        catch (TimeoutException)
        {
            Signal(LocalServers.Signal.Kill);
            await Exited;
        }
    }

    private async Task<string> EpitaphAsync()
    {
        await ReadToEndAsync();
        return $"{_plan.Name} ended with code {await Exited}:{Environment.NewLine}{string.Join(Environment.NewLine, LastLines)}";
    }

    private void End()
    {
        if (_exited.Task.IsCompleted)
            return;

        // What it started itself and left behind (an ffmpeg, say) is in its process group.
        Libc.Signal(-Id, LocalServers.Signal.Kill);
        _exited.TrySetResult(_process.ExitCode);
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_lastLines)
        {
            if (_lastLines.Count == RememberedLines)
                _lastLines.Dequeue();
            _lastLines.Enqueue(line);
        }
    }
}
