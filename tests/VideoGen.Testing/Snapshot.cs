namespace VideoGen.Testing;

/// <summary>
/// Files of the repository that tests draw from the code and compare: contracts, errors, settings, models, states, transcripts, the OpenAPI
/// document. <c>UPDATE_SNAPSHOTS=1</c> writes them anew after an intended change.
/// </summary>
public static class Snapshot
{
    /// <summary>True while snapshots are written anew.</summary>
    public static bool IsUpdating { get; } = Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";

    /// <summary>What is committed, after an update that was asked for; empty where there is no such file.</summary>
    /// <param name="path">Relative to the repository's root.</param>
    /// <param name="now">What the code makes of it now.</param>
    public static string Committed(string path, string now)
    {
        var file = Path.Combine(Repository.Root, path);
        if (IsUpdating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, now);
        }

        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
