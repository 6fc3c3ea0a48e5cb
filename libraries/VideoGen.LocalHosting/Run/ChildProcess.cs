using System.Diagnostics;

namespace VideoGen.LocalHosting.Run;

/// <summary>A started process: its output, its end, and the ways to bring that about.</summary>
internal sealed class ChildProcess
{
    private const int RememberedLines = 30;

    private static readonly TimeSpan LastOutput = TimeSpan.FromMilliseconds(500);

    private readonly Process _process;
    private readonly ProcessPlan _plan;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _lastLines = new();

    private ChildProcess(Process process, ProcessPlan plan)
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

    internal static async Task<ChildProcess> StartAsync(ProcessPlan plan, Action<string> output)
    {
        var process = await ProcessLauncher.StartAsync(plan);
        var child = new ChildProcess(process, plan);
        process.OutputDataReceived += (_, line) => child.Take(line.Data, output);
        process.ErrorDataReceived += (_, line) => child.Take(line.Data, output);
        process.Exited += (_, _) => child.End();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.HasExited)
            child.End();
        return child;
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

    /// <summary>Ends it as its plan says, step by step, at last with SIGKILL.</summary>
    internal async Task StopAsync()
    {
        foreach (var step in _plan.Stop)
        {
            Signal(step.Signal);
            if (await EndsWithinAsync(step.Grace))
                return;
        }

        Signal(Run.Signal.Kill);
        await Exited;
    }

    private async Task<bool> EndsWithinAsync(TimeSpan grace)
    {
        try
        {
            await Exited.WaitAsync(grace);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void End()
    {
        if (_exited.Task.IsCompleted)
            return;

        // What it started itself and left behind (an ffmpeg, say) is in its process group.
        Libc.Signal(-Id, Run.Signal.Kill);
        _plan.AfterEnd?.Invoke();
        _exited.TrySetResult(_process.ExitCode);
    }

    private void Take(string? line, Action<string> output)
    {
        if (line is null)
            return;
        lock (_lastLines)
        {
            if (_lastLines.Count == RememberedLines)
                _lastLines.Dequeue();
            _lastLines.Enqueue(line);
        }

        output(line);
    }
}
