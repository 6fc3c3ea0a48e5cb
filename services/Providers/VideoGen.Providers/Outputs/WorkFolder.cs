using System.Globalization;
using Microsoft.Extensions.Options;

namespace VideoGen.Providers.Outputs;

/// <summary>
/// The folder of local work: <c>{attempt id}/{run}/</c> for each run of a render, <c>cache/</c> for files that instant mode uses again.
/// A run writes below its own number only, so that a run that was overtaken can't touch what its successor makes.
/// </summary>
internal sealed class WorkFolder
{
    const string Cache = "cache";

    readonly string _root;

    public WorkFolder(IOptions<ProvidersOptions> options)
    {
        _root = Path.GetFullPath(options.Value.WorkFolder);
        Directory.CreateDirectory(Path.Combine(_root, Cache));
    }

    /// <summary>An empty folder for a run.</summary>
    public string CreateRun(Guid clientReference, int run)
    {
        var folder = Path.Combine(_root, clientReference.ToString(), run.ToString(CultureInfo.InvariantCulture));
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Deletes what lies in the run's folder beside the files to keep, and what earlier runs left.</summary>
    public static void Tidy(string runFolder, IEnumerable<string> keep)
    {
        var kept = keep.ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(runFolder))
            if (!kept.Contains(file)) File.Delete(file);
        var own = Number(runFolder);
        foreach (var earlier in Directory.EnumerateDirectories(Path.GetDirectoryName(runFolder)!).Where(run => Number(run) < own))
            Directory.Delete(earlier, recursive: true);
    }

    /// <summary>The path below the work folder, as it is kept in the database.</summary>
    public string Relative(string path) => Path.GetRelativePath(_root, path);

    public string Absolute(string relative) => Path.Combine(_root, relative);

    /// <summary>Where instant mode keeps a file of a shape: the first one, or a further one.</summary>
    public string InCache(string name, int index = 0) => Path.Combine(_root, Cache, index == 0 ? name : $"{index}-{name}");

    /// <summary>Removes everything of an attempt; nothing there: nothing happens.</summary>
    public void Remove(Guid clientReference)
    {
        var folder = Path.Combine(_root, clientReference.ToString());
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    static int Number(string runFolder) => int.Parse(Path.GetFileName(runFolder), CultureInfo.InvariantCulture);

    /// <summary>The attempts whose folder has not been touched since the given time.</summary>
    public IEnumerable<Guid> UntouchedSince(DateTimeOffset time) =>
        from folder in Directory.EnumerateDirectories(_root)
        where Guid.TryParse(Path.GetFileName(folder), out _) && Directory.GetLastWriteTimeUtc(folder) < time.UtcDateTime
        select Guid.Parse(Path.GetFileName(folder));
}
