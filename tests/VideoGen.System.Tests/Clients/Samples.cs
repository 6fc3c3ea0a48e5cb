namespace VideoGen.System.Tests.Clients;

/// <summary>The documents' sample programs with the packages they import, installed once a run.</summary>
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

    /// <summary>A sample as it stands, with only what a user must replace replaced.</summary>
    public static async Task<string> PrepareAsync(string file, params (string From, string To)[] replacements)
    {
        var folder = await FolderAsync();
        var text = await File.ReadAllTextAsync(Path.Combine(folder, file));
        foreach (var (from, to) in replacements)
        {
            Assert.That(text, Does.Contain(from), $"{file} no longer contains what is to be replaced");
            text = text.Replace(from, to, StringComparison.Ordinal);
        }
        var prepared = Path.Combine(folder, $"run-{Guid.NewGuid():n}-{file}");
        await File.WriteAllTextAsync(prepared, text);
        return prepared;
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
