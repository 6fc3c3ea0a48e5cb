using System.Diagnostics;
using Aspire.Hosting;

namespace VideoGen.LocalHosting.Run;

/// <summary>Where a process stands.</summary>
public enum ProcessState
{
    Waiting,
    Starting,
    Ready,
    Restarting,
    Stopped,
}

/// <summary>
/// Keeps one process running: starts it, starts it again when it ends unasked, ends it when asked.
/// A process that was ready once is restarted for as long as the run lasts, after 0.5 s, 1 s, 2 s … 30 s; a while of good
/// health starts that count afresh. One that never gets ready is given up after a few tries: then the run has failed.
/// </summary>
internal sealed class Supervised(ProcessPlan plan, RunLog log) : IDisposable
{
    private const int TriesBeforeFirstReady = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GoodHealth = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _keeping = Task.CompletedTask;
    private ChildProcess? _child;

    internal ProcessPlan Plan { get; } = plan;

    internal ProcessState State { get; private set; } = ProcessState.Waiting;

    /// <summary>The present process; null while there is none.</summary>
    internal int? ProcessId => _child is { Exited.IsCompleted: false } child ? child.Id : null;

    /// <summary>Ends when the process is ready for the first time, or with the reason why it never will be.</summary>
    internal Task Ready => _ready.Task;

    /// <summary>Called after every change of state or process.</summary>
    internal Action? Changed { get; set; }

    /// <summary>Starts and answers when ready.</summary>
    internal Task StartAsync()
    {
        _keeping = KeepAsync();
        return Ready;
    }

    internal async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _keeping;
        Enter(ProcessState.Stopped);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task KeepAsync()
    {
        var failures = 0;
        while (!_stopping.IsCancellationRequested)
        {
            var life = Stopwatch.StartNew();
            try
            {
                await LiveOnceAsync();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception problem) when (problem is ProcessNotReadyException or IOException or System.ComponentModel.Win32Exception)
            {
                log.Say(problem.Message);
            }
            catch (Exception problem)
            {
                // What another try cannot mend: a missing program, a wrong password.
                _ready.TrySetException(problem);
                break;
            }

            if (_stopping.IsCancellationRequested)
                break;
            failures = life.Elapsed > GoodHealth ? 1 : failures + 1;
            if (!_ready.Task.IsCompleted && failures == TriesBeforeFirstReady)
            {
                _ready.TrySetException(new DistributedApplicationException($"{Plan.Name} did not start in {failures} tries; see its log."));
                break;
            }

            await PauseAsync(failures);
        }

        _ready.TrySetCanceled();
    }

    /// <summary>One life of the process: until it ends, or until it has been ended because the run stops.</summary>
    private async Task LiveOnceAsync()
    {
        Enter(ProcessState.Starting);
        var child = await RunningProcess.StartAsync(Plan, line => log.Write(Plan.Name, line, Plan.ShowOutput), Adopt, _stopping.Token);
        Enter(ProcessState.Ready);
        _ready.TrySetResult();
        try
        {
            var code = await child.Exited.WaitAsync(_stopping.Token);
            log.Say($"{Plan.Name} ended unasked with code {code}.");
        }
        catch (OperationCanceledException)
        {
            await child.StopAsync();
        }
    }

    private async Task PauseAsync(int failures)
    {
        var pause = TimeSpan.FromMilliseconds(Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, failures - 1), LongestPause.TotalMilliseconds));
        log.Say($"{Plan.Name} starts again in {pause.TotalSeconds:0.#} s.");
        Enter(ProcessState.Restarting);
        try
        {
            await Task.Delay(pause, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The run stops during the pause: there is nothing to end.
        }
    }

    private void Adopt(ChildProcess child)
    {
        _child = child;
        Changed?.Invoke();
    }

    private void Enter(ProcessState state)
    {
        State = state;
        Changed?.Invoke();
    }
}
