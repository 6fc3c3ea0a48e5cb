using Microsoft.Extensions.Options;

namespace VideoGen.Storage.Objects;

/// <summary>
/// Files in the making: uploads, downloads, renditions. Each lives until its <see cref="WorkFile"/> is disposed, or until the object
/// store took it; what a crash left is removed by retention.
/// </summary>
internal sealed class WorkFolder
{
    readonly string _folder;

    public WorkFolder(IOptions<StorageOptions> options)
    {
        _folder = Path.Combine(Path.GetFullPath(options.Value.Folder), "work");
        Directory.CreateDirectory(_folder);
    }

    /// <summary>A name that nothing has yet.</summary>
    /// <param name="extension">With its dot, for programs that go by it.</param>
    public WorkFile New(string extension = "") => new(Path.Combine(_folder, Guid.NewGuid().ToString("n") + extension));

    /// <summary>What its disk has left.</summary>
    public long AvailableBytes => new DriveInfo(_folder).AvailableFreeSpace;

    public int RemoveOlderThan(TimeSpan age)
    {
        var removed = 0;
        // Hidden names too: ffmpeg's output has one until it is whole.
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc < age) continue;
            file.Delete();
            removed++;
        }
        return removed;
    }
}

/// <summary>A file of the work folder; disposing removes it if it is still there.</summary>
internal sealed class WorkFile(string path) : IDisposable
{
    public string Path { get; } = path;

    public void Dispose() => File.Delete(Path);
}
