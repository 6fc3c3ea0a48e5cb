using Microsoft.Extensions.Configuration;

namespace VideoGen.LocalHosting.Run;

/// <summary>Where a run keeps its files and which build it runs. Section <c>LocalHosting</c>.</summary>
/// <param name="Folder">
/// Everything a run writes: data, logs, generated secrets, ports. <c>LocalHosting:Folder</c>, default <c>.videogen</c> beside the AppHost's folder.
/// </param>
/// <param name="BuildConfiguration">Debug or Release: the same build of the projects as the AppHost's own.</param>
/// <param name="Configuration">The AppHost's configuration: parameters, connection strings, overrides.</param>
internal sealed record LocalSettings(string Folder, string BuildConfiguration, IConfiguration Configuration)
{
    internal const string FolderKey = "LocalHosting:Folder";

    private const int DefaultGraceSeconds = 30;

    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>How long a program may take to stop before it is killed. <c>LocalHosting:GraceSeconds</c>, default 30.</summary>
    internal TimeSpan Grace => TimeSpan.FromSeconds(Configuration.GetValue("LocalHosting:GraceSeconds", DefaultGraceSeconds));

    internal string LogFolder => Path.Combine(Folder, "logs");

    /// <summary>Also writes the folder back, so that whoever asks the configuration gets the absolute path.</summary>
    internal static LocalSettings From(ConfigurationManager configuration, string appHostDirectory, string buildConfiguration)
    {
        var folder = Path.GetFullPath(configuration[FolderKey] ?? "../.videogen", appHostDirectory);
        configuration[FolderKey] = folder;
        return new(folder, buildConfiguration, configuration);
    }

    /// <summary>Others may pass through the folder (PostgreSQL runs as another user than root) but not list it.</summary>
    internal void CreateFolders()
    {
        Directory.CreateDirectory(Folder, FolderMode);
        Directory.CreateDirectory(LogFolder, FolderMode);
    }
}
