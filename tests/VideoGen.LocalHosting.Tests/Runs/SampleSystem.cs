using VideoGen.Testing;

namespace VideoGen.LocalHosting.Tests.Runs;

/// <summary>The sample system of tests/VideoGen.LocalHosting.Sample, run by its own AppHost in a child process.</summary>
internal static class SampleSystem
{
    internal static Task<RunningSystem> StartAsync(params (string Name, string Value)[] environment) => StartAsync(folder: null, environment);

    internal static Task<RunningSystem> StartAsync(string? folder, params (string Name, string Value)[] environment) =>
        RunningSystem.StartAsync(Host, folder, environment.ToDictionary(entry => entry.Name, entry => entry.Value));

    internal static Task<RunningSystem> LaunchAsync(string? folder, params (string Name, string Value)[] environment) =>
        RunningSystem.StartAsync(Host, folder, environment.ToDictionary(entry => entry.Name, entry => entry.Value), waitUntilReady: false);

    /// <summary>What a part has written so far in this run.</summary>
    internal static string LogOf(this RunningSystem system, string name)
    {
        var file = Path.Combine(system.Folder, "logs", $"{name}.log");
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }

    /// <summary>Whether a process exists and is no zombie.</summary>
    internal static bool IsAlive(int processId)
    {
        var status = $"/proc/{processId}/stat";
        try
        {
            return File.ReadAllText(status).Split(')')[^1].TrimStart()[0] is not ('Z' or 'X');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Every process whose command line or working folder is in the folder.</summary>
    internal static IReadOnlyList<int> ProcessesIn(string folder) =>
    [
        .. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!))
            .Where(id => IsAlive(id) && (Read($"/proc/{id}/cmdline").Contains(folder, StringComparison.Ordinal)
                || Read($"/proc/{id}/environ").Contains(folder, StringComparison.Ordinal))),
    ];

    internal static string NewFolder() => Path.Combine(Path.GetTempPath(), $"videogen-sample-{Guid.NewGuid():n}");

    private static string Host => Repository.Built("tests/VideoGen.LocalHosting.Sample");

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
