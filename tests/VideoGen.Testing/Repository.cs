namespace VideoGen.Testing;

/// <summary>Where the sources and builds of this repository are, seen from a test's own build.</summary>
public static class Repository
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as the running tests.</summary>
    public static string BuildConfiguration { get; } =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>The assembly of a project in the configuration of the running tests.</summary>
    /// <param name="projectFolder">Relative to the root; its last part is the assembly's name.</param>
    public static string Built(string projectFolder)
    {
        var framework = $"net{Environment.Version.Major}.{Environment.Version.Minor}";
        var assembly = Path.Combine(Root, projectFolder, "bin", BuildConfiguration, framework, $"{Path.GetFileName(projectFolder)}.dll");
        return File.Exists(assembly)
            ? assembly
            : throw new FileNotFoundException($"Build it first: dotnet build {projectFolder} -c {BuildConfiguration}", assembly);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VideoGen.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No VideoGen.sln above {AppContext.BaseDirectory}.");
    }
}
