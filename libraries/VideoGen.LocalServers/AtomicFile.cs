namespace VideoGen.LocalServers;

/// <summary>Files that a reader sees whole or not at all.</summary>
public static class AtomicFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Replaces the file's content. Only the owner may read it.</summary>
    public static void Write(string path, string content)
    {
        var draft = $"{path}.{Guid.NewGuid():n}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(content);
        }

        File.Move(draft, path, overwrite: true);
    }
}
