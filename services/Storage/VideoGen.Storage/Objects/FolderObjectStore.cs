using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace VideoGen.Storage.Objects;

/// <summary>
/// Objects as files of one folder, spread over 65,536 subfolders by the first digits of their keys.
/// <para>
/// A put writes beside the objects, in <c>temp</c>, flushes the bytes to the disk, renames the file to its key and flushes the
/// folder. So a crash leaves at most a file in <c>temp</c>, which <see cref="RemoveUnfinishedAsync"/> finds.
/// </para>
/// </summary>
internal sealed class FolderObjectStore : IObjectStore
{
    readonly string _objects;
    readonly string _temp;
    readonly long _reserve;

    public FolderObjectStore(IOptions<StorageOptions> options)
    {
        var folder = Path.GetFullPath(options.Value.Folder);
        _objects = Path.Combine(folder, "objects");
        _temp = Path.Combine(folder, "temp");
        _reserve = options.Value.MinFreeBytes;
        Directory.CreateDirectory(_objects);
        Directory.CreateDirectory(_temp);
    }

    public async Task PutAsync(ObjectKey key, Stream content, CancellationToken ct)
    {
        RefuseWhenFull(content.CanSeek ? content.Length - content.Position : 0);
        var temp = Path.Combine(_temp, Guid.NewGuid().ToString("n"));
        try
        {
            await using (var file = new FileStream(temp, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await content.CopyToAsync(file, 128 * 1024, ct);
            }
            Keep(temp, key);
        }
        catch (IOException full) when (DiskFlush.IsFull(full))
        {
            throw Full(full);
        }
        finally
        {
            File.Delete(temp);
        }
    }

    public async Task PutFileAsync(ObjectKey key, string path, CancellationToken ct)
    {
        if (IsOurs(path))
        {
            Keep(path, key);
            return;
        }
        // A file from elsewhere may be on another disk, where a rename would be a copy that a crash can cut in half.
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan))
        {
            await PutAsync(key, file, ct);
        }
        File.Delete(path);
    }

    public Task<Stream?> OpenAsync(ObjectKey key, long offset, long length, CancellationToken ct)
    {
        try
        {
            var file = new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
            file.Position = offset;
            return Task.FromResult<Stream?>(new PartStream(file, length));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task<bool> DeleteAsync(ObjectKey key, CancellationToken ct)
    {
        var path = PathOf(key);
        var exists = File.Exists(path);
        if (exists) File.Delete(path);
        return Task.FromResult(exists);
    }

    public Task<bool> ExistsAsync(ObjectKey key, CancellationToken ct) => Task.FromResult(File.Exists(PathOf(key)));

    public async IAsyncEnumerable<StoredObject> ListAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var outer in Sorted(Directory.GetDirectories(_objects)))
            foreach (var inner in Sorted(Directory.GetDirectories(outer)))
                foreach (var path in Sorted(Directory.GetFiles(inner)))
                {
                    ct.ThrowIfCancellationRequested();
                    if (ObjectKey.TryParse(Path.GetFileName(path)) is { } key && new FileInfo(path) is { Exists: true } file)
                        yield return new StoredObject(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
                }
        await Task.CompletedTask;
    }

    public Task<int> RemoveUnfinishedAsync(TimeSpan olderThan, CancellationToken ct)
    {
        var removed = 0;
        foreach (var file in new DirectoryInfo(_temp).EnumerateFiles())
        {
            ct.ThrowIfCancellationRequested();
            if (DateTime.UtcNow - file.LastWriteTimeUtc < olderThan) continue;
            file.Delete();
            removed++;
        }
        return Task.FromResult(removed);
    }

    public bool HasRoomFor(long bytes) => new DriveInfo(_objects).AvailableFreeSpace - bytes >= _reserve;

    public long? AvailableBytes => Math.Max(0, new DriveInfo(_objects).AvailableFreeSpace - _reserve);

    public Task<PresignedLink?> PresignAsync(ObjectKey key, TimeSpan lifetime, PresignedHeaders headers, CancellationToken ct) =>
        Task.FromResult<PresignedLink?>(null);

    public Task CheckAsync(CancellationToken ct)
    {
        if (!Directory.Exists(_objects) || !Directory.Exists(_temp)) throw new ObjectStoreException("The folder of the object store is gone.");
        return Task.CompletedTask;
    }

    void RefuseWhenFull(long bytes)
    {
        if (!HasRoomFor(bytes)) throw Full(inner: null);
    }

    static StorageFullException Full(Exception? inner) => new("The disk of the object store has no room.", inner);

    void Keep(string temp, ObjectKey key)
    {
        try
        {
            DiskFlush.File(temp);
            var path = PathOf(key);
            var folder = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                DiskFlush.Folder(Path.GetDirectoryName(folder)!);
                DiskFlush.Folder(_objects);
            }
            File.Move(temp, path);
            DiskFlush.Folder(folder);
        }
        catch (IOException full) when (DiskFlush.IsFull(full))
        {
            throw Full(full);
        }
    }

    bool IsOurs(string path) => Path.GetFullPath(path).StartsWith(Path.GetDirectoryName(_objects)! + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    string PathOf(ObjectKey key)
    {
        var name = key.ToString();
        return Path.Combine(_objects, name[..2], name[2..4], name);
    }

    static string[] Sorted(string[] paths)
    {
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }
}
