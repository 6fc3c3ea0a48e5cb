using System.Diagnostics;

namespace VideoGen.System.Tests.Clients;

/// <summary>Runs a customer's program and takes what it printed.</summary>
static class Programs
{
    public static async Task<ProgramRun> RunAsync(string program, string folder, IEnumerable<string> arguments, string? input = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync(limit.Token);
        return new ProgramRun(process.ExitCode, await output, await errors);
    }

    /// <summary>Skips on a developer's machine without the program; fails where CI=true.</summary>
    public static void Require(string program)
    {
        var found = File.Exists(program) || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        if (found) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{program} is missing");
        Assert.Ignore($"{program} is missing");
    }
}

sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Errors}";
}
