using VideoGen.Testing;

namespace VideoGen.Clients.Tests.Generated;

/// <summary>The tools of npm that read the API's description, in the versions of their lock file, installed once a build.</summary>
static class TypeScriptTools
{
    static readonly string Source = Path.Combine(Repository.Root, "tests", "VideoGen.Clients.Tests", "Generated", "typescript");

    static readonly Dictionary<string, string> NoSettings = new(StringComparer.Ordinal);

    static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>The committed description.</summary>
    public static string Document { get; } = Path.Combine(Repository.Root, "docs", "openapi", "v1.json");

    /// <summary>Runs a tool, or a script of the folder with Node.</summary>
    public static async Task<ClientRun> RunAsync(string tool, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var folder = await Installed.Value;
        var settings = new Dictionary<string, string>(environment ?? NoSettings, StringComparer.Ordinal)
        {
            ["REDOCLY_TELEMETRY"] = "off", ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true",
        };
        var program = tool == ClientProgram.Node ? tool : Path.Combine(folder, "node_modules", ".bin", tool);
        return await ClientProgram.RunAsync(program, folder, arguments, settings);
    }

    static async Task<string> InstallAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Generated", "typescript");
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Source)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        // npm writes this list last, so an installation that was cut short is done again.
        var (installed, wanted) = (Path.Combine(folder, "node_modules", ".package-lock.json"), Path.Combine(folder, "package-lock.json"));
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(wanted)) return folder;
        var npm = await ClientProgram.RunAsync("npm", folder, ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        Assert.That(npm.ExitCode, Is.Zero, npm.ToString());
        return folder;
    }
}
