using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace VideoGen.Ffmpeg.Running;

/// <summary>
/// Starts processes from one thread that never ends. The kernel sends a child its parent-death signal when the thread that
/// forked it ends, not the process; from a pool thread a long ffmpeg would be killed for no reason.
/// </summary>
internal static class ProcessStarter
{
    static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Requests = [];

    static ProcessStarter() => new Thread(Work) { IsBackground = true, Name = "process-starter" }.Start();

    /// <exception cref="Win32Exception">The program does not exist or may not be run.</exception>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add((start, started));
        return started.Task;
    }

    static void Work()
    {
        foreach (var (start, started) in Requests.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start"));
            }
            catch (Exception failure) when (failure is Win32Exception or InvalidOperationException)
            {
                started.SetException(failure);
            }
        }
    }
}
