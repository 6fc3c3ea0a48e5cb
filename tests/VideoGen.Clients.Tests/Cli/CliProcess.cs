using System.Diagnostics;
using VideoGen.Testing;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>The command line as a process of its own, which can be killed.</summary>
sealed class CliProcess : IDisposable
{
    readonly Process _process;
    readonly Task<string> _output;
    readonly Task<string> _errors;

    public CliProcess(string home, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Built("clients/cli/VideoGen.Cli"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
            WorkingDirectory = home,
        };
        start.Environment["HOME"] = home;
        foreach (var name in start.Environment.Keys.Where(name =>
            name.StartsWith("VIDEOGEN_", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>At once and without a word, as a machine that goes down.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async Task<CliRun> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return new CliRun(_process.ExitCode, await _output, await _errors);
    }

    public void Dispose() => _process.Dispose();
}
