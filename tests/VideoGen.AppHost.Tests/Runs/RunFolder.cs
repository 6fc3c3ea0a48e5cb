
namespace VideoGen.AppHost.Tests.Runs;

/// <summary>A folder for runs, and what processes and logs say of it.</summary>
internal sealed class RunFolder : IDisposable
{
    internal RunFolder()
    {
        Path = Directory.CreateTempSubdirectory("videogen-apphost-").FullName;
        // PostgreSQL may run as another user and must get to its own folder below.
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    internal string Path { get; }

    internal string EndpointsFile => System.IO.Path.Combine(Path, "endpoints.json");

    /// <summary>What a process has written so far in the present run.</summary>
    internal string LogOf(string name)
    {
        var file = System.IO.Path.Combine(Path, "logs", $"{name}.log");
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }

    internal string Read(string file) => File.ReadAllText(System.IO.Path.Combine(Path, file));

    /// <summary>Every process whose command line or working folder names this folder.</summary>
    internal IReadOnlyList<int> Processes() =>
    [
        .. Directory.GetDirectories("/proc").Select(System.IO.Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!))
            .Where(id => TheProcess.IsAlive(id) && (TheProcess.Read(id, "cmdline").Contains(Path, StringComparison.Ordinal)
                || TheProcess.WorksIn(id, Path))),
    ];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

internal static class TheProcess
{
    /// <summary>Whether a process exists and is no zombie.</summary>
    internal static bool IsAlive(int id) => Read(id, "stat") is { Length: > 0 } state && state.Split(')')[^1].TrimStart()[0] is not ('Z' or 'X');

    internal static bool WorksIn(int id, string folder)
    {
        try
        {
            return new FileInfo($"/proc/{id}/cwd").LinkTarget?.StartsWith(folder, StringComparison.Ordinal) == true;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
