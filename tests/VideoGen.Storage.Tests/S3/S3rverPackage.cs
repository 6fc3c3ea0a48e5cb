using System.Diagnostics;

namespace VideoGen.Storage.Tests.S3;

/// <summary>s3rver in the versions of its lock file, installed once a build.</summary>
internal static class S3rverPackage
{
    static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>The script that starts it.</summary>
    public static async Task<string> InstalledAsync()
    {
        Needs.Program("node");
        Needs.Program("npm");
        return await Installed.Value;
    }

    static async Task<string> InstallAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "S3", "s3rver");
        var script = Path.Combine(folder, "server.js");
        // npm writes this list last, so an installation that was cut short is done again.
        var (installed, wanted) = (Path.Combine(folder, "node_modules", ".package-lock.json"), Path.Combine(folder, "package-lock.json"));
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(wanted)) return script;
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var (output, errors) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await npm.WaitForExitAsync(limit.Token);
        if (npm.ExitCode != 0) throw new InvalidOperationException($"npm ci failed:\n{await output}\n{await errors}");
        return script;
    }
}
