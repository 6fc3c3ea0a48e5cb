using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VideoGen.Ffmpeg.Running;

/// <summary>
/// Runs one program with limits and without leaving it behind. The guarantee: when <see cref="RunAsync"/> returns, or when
/// this process dies in any way, kill -9 included, the program does not run any more.
/// <list type="number">
/// <item><c>setsid</c> gives it a process group of its own, so that one signal reaches all of it and Ctrl+C in a terminal does not.</item>
/// <item><c>setpriv --pdeathsig KILL</c> has the kernel kill it when the <b>thread</b> that started it ends. Threads of the pool end
/// whenever they idle, so <see cref="ProcessStarter"/> starts every process from one thread that lives as long as we do.</item>
/// <item><c>prlimit</c> bounds memory, processor time and file sizes; the clock here bounds the rest.</item>
/// <item>Cancelled or late: SIGTERM to the group, 5 seconds of grace, SIGKILL.</item>
/// </list>
/// Each of the three programs replaces itself by the next, so the process id stays that of the program.
/// What may go wrong: we die in the millisecond between fork and <c>setpriv</c>; then the processor limit ends it.
/// </summary>
internal static partial class LimitedProcess
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    const int ErrorLines = 12;
    const int ErrorLineLength = 400;
    const int SigTerm = 15;
    const int SigKill = 9;

    /// <param name="onLine">Called for every line of standard output, in order.</param>
    public static async Task<ProcessEnd> RunAsync(
        string program, IEnumerable<string> arguments, string? folder, FfmpegLimits limits, Action<string> onLine, CancellationToken ct)
    {
        if (ct.IsCancellationRequested) return new ProcessEnd(ProcessVerdict.Cancelled, -1, [], TimeSpan.Zero);
        var clock = Stopwatch.StartNew();
        using var process = await ProcessStarter.StartAsync(Describe(program, arguments, folder, limits));
        process.StandardInput.Close();
        var errors = new Queue<string>();
        var output = PumpAsync(process.StandardOutput, onLine);
        var error = PumpAsync(process.StandardError, line => Keep(errors, line));

        using var late = new CancellationTokenSource(limits.WallClock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        var verdict = ProcessVerdict.Exited;
        try
        {
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            verdict = ct.IsCancellationRequested ? ProcessVerdict.Cancelled : ProcessVerdict.TimedOut;
            await StopAsync(process);
        }
        await Task.WhenAll(output, error);
        return new ProcessEnd(verdict, process.ExitCode, [.. errors], clock.Elapsed);
    }

    static ProcessStartInfo Describe(string program, IEnumerable<string> arguments, string? folder, FfmpegLimits limits)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        };
        string[] command = OperatingSystem.IsLinux() ? [.. Limit(limits), program, .. arguments] : [program, .. arguments];
        start.FileName = command[0];
        foreach (var argument in command.AsSpan(1)) start.ArgumentList.Add(argument);
        // Each arena reserves 64 MB of address space, which RLIMIT_AS counts although nobody uses it.
        start.Environment["MALLOC_ARENA_MAX"] = "2";
        return start;
    }

    // Rendering gives way to whatever answers a caller: on a busy machine a service that starts again would else wait for it.
    static string[] Limit(FfmpegLimits limits) =>
    [
        "setsid", "nice", "-n", "10", "setpriv", "--pdeathsig", "KILL", "--no-new-privs",
        "prlimit", $"--as={limits.MemoryBytes}", $"--cpu={(long)Math.Ceiling(limits.Cpu.TotalSeconds)}", $"--fsize={limits.FileBytes}", "--core=0", "--",
    ];

    static async Task PumpAsync(StreamReader reader, Action<string> onLine)
    {
        while (await reader.ReadLineAsync() is { } line) onLine(line);
    }

    static void Keep(Queue<string> errors, string line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        errors.Enqueue(line.Length > ErrorLineLength ? line[..ErrorLineLength] : line);
        if (errors.Count > ErrorLines) errors.Dequeue();
    }

    static async Task StopAsync(Process process)
    {
        Signal(process, SigTerm);
        using var grace = new CancellationTokenSource(Grace);
        try
        {
            await process.WaitForExitAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            Signal(process, SigKill);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    static void Signal(Process process, int signal)
    {
        if (process.HasExited) return;
        if (!OperatingSystem.IsLinux())
            process.Kill(entireProcessTree: true);
        else if (Kill(-process.Id, signal) != 0) // Before setsid ran there is no group of that id yet.
            _ = Kill(process.Id, signal);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}

internal enum ProcessVerdict
{
    Exited,
    TimedOut,
    Cancelled,
}

/// <param name="Errors">The last lines of standard error, each cut to a sane length.</param>
internal sealed record ProcessEnd(ProcessVerdict Verdict, int ExitCode, IReadOnlyList<string> Errors, TimeSpan Elapsed);
