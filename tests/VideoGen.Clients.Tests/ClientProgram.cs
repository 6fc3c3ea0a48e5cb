using System.Diagnostics;
using System.Text;
using VideoGen.Testing;

namespace VideoGen.Clients.Tests;

/// <summary>Runs a program of one of the clients' languages and takes what it printed.</summary>
static class ClientProgram
{
    public const string Node = "node";
    public const string Python = "/usr/bin/python3"; // Debian's, which has Debian's requests.

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public static string JavaScriptFolder { get; } = Path.Combine(Repository.Root, "clients", "js");

    public static string PythonFolder { get; } = Path.Combine(Repository.Root, "clients", "python");

    /// <param name="onLine">Told of each line of its output as it comes.</param>
    public static async Task<ClientRun> RunAsync(
        string program, string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, Action<string>? onLine = null)
    {
        Require(program);
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
        };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["PYTHONPATH"] = PythonFolder;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = ReadAsync(process.StandardOutput, onLine);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} has not ended within {Limit}:\n{await output}\n{await errors}");
        }
        return new ClientRun(process.ExitCode, await output, await errors);
    }

    static async Task<string> ReadAsync(StreamReader reader, Action<string>? onLine)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            text.Append(line).Append('\n');
            onLine?.Invoke(line);
        }
        return text.ToString();
    }

    /// <summary>Skips on a developer's machine without the program; fails where CI=true.</summary>
    static void Require(string program)
    {
        var found = File.Exists(program) || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        if (found) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{program} is missing");
        Assert.Ignore($"{program} is missing");
    }
}

sealed record ClientRun(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Errors}";
}
