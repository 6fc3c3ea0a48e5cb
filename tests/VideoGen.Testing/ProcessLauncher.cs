using System.Collections.Concurrent;
using System.Diagnostics;
using VideoGen.LocalServers;

namespace VideoGen.Testing;

/// <summary>
/// Starts processes that cannot outlive this one. The guarantee: when this process ends in any way, kill -9 included,
/// the kernel sends every child its death signal (<c>PR_SET_PDEATHSIG</c>, set by <c>setpriv</c> just before the program).
/// <list type="number">
/// <item>The kernel watches the <i>thread</i> that forked, not the process: so one thread, which never ends, starts them all.</item>
/// <item><c>setsid</c> gives each child a session of its own: Ctrl+C in the terminal reaches this process alone, which
/// then stops the children in order, and what a child leaves behind can be ended by its process group.</item>
/// <item><c>setsid</c> and <c>setpriv</c> replace themselves, so the id .NET knows is the program's own.</item>
/// </list>
/// What may go wrong: a kill -9 within the milliseconds between fork and <c>setpriv</c> leaves that one child alive.
/// </summary>
internal static class ProcessLauncher
{
    private static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Requests = [];

    private static readonly Lazy<Thread> Starter = new(() =>
    {
        var thread = new Thread(StartRequested) { IsBackground = true, Name = "process starter" };
        thread.Start();
        return thread;
    });

    internal static async Task<Process> StartAsync(ServerProcess plan)
    {
        _ = Starter.Value;
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add((StartInfo(plan), started));
        return await started.Task;
    }

    private static void StartRequested()
    {
        foreach (var (start, started) in Requests.GetConsumingEnumerable())
        {
            try
            {
                var process = new Process { StartInfo = start, EnableRaisingEvents = true };
                process.Start();
                started.SetResult(process);
            }
            catch (Exception problem)
            {
                started.SetException(problem);
            }
        }
    }

    private static ProcessStartInfo StartInfo(ServerProcess plan)
    {
        var start = new ProcessStartInfo("setsid")
        {
            WorkingDirectory = plan.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // One setpriv does both: a change of user would take back the death signal that another one has set.
        IEnumerable<string> command = plan.Command == "setpriv" ? plan.Arguments : [plan.Command, .. plan.Arguments];
        foreach (var argument in command.Prepend(plan.StopSignal == Signal.Interrupt ? "INT" : "KILL").Prepend("--pdeathsig").Prepend("setpriv"))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in plan.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
