namespace VideoGen.System.Tests.Clients;

/// <summary>A folder with the npm packages that sample programs import, installed once a run.</summary>
static class Samples
{
    static readonly SemaphoreSlim Once = new(1, 1);
    static string? _folder;

    public static async Task<string> FolderAsync()
    {
        await Once.WaitAsync();
        try
        {
            return _folder ??= await InstallAsync();
        }
        finally
        {
            Once.Release();
        }
    }

    public static void Remove()
    {
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
        _folder = null;
    }

    static async Task<string> InstallAsync()
    {
        Programs.Require("npm");
        var folder = Directory.CreateTempSubdirectory("videogen-samples").FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Samples")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var install = await Programs.RunAsync("npm", folder, ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]);
        Assert.That(install.ExitCode, Is.Zero, install.ToString());
        return folder;
    }
}
