using System.Diagnostics;
using VideoGen.Testing;

namespace VideoGen.AppHost.Tests.Script;

/// <summary>A folder with nothing but the script and its state, and whatever a test puts there.</summary>
internal sealed class Checkout : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder = Directory.CreateTempSubdirectory("videogen-script-").FullName;

    internal Checkout()
    {
        File.Copy(Path.Combine(Repository.Root, "videogen"), Script);
        Directory.CreateDirectory(State);
    }

    internal string State => Path.Combine(_folder, ".videogen");

    private string Script => Path.Combine(_folder, "videogen");

    internal Task<(int Code, string Output)> RunAsync(params string[] arguments) => RunWithPathAsync(null, arguments);

    /// <summary>Runs the script with another PATH; null for the present one.</summary>
    internal async Task<(int Code, string Output)> RunWithPathAsync(string? path, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash", [Script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (path is not null)
            start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>A folder for the PATH that holds these programs only.</summary>
    internal string FolderWith(params string[] programs)
    {
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        foreach (var program in programs)
        {
            File.CreateSymbolicLink(Path.Combine(bin, program), Path.Combine("/usr/bin", program));
        }

        return bin;
    }

    /// <summary>A PATH on which a program of the test's own comes first.</summary>
    internal string PathWith(string program, string bashSource)
    {
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "own")).FullName;
        var file = Path.Combine(bin, program);
        File.WriteAllText(file, $"#!/bin/bash\n{bashSource}");
        File.SetUnixFileMode(file, Executable);
        return $"{bin}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    internal void AddTestProject(string name)
    {
        var project = Directory.CreateDirectory(Path.Combine(_folder, "tests", name));
        File.WriteAllText(Path.Combine(project.FullName, $"{name}.csproj"), "<Project />");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
