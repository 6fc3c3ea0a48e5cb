using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Media;

/// <summary>
/// What this process found out lately about files by their bytes: whoever sends the same bytes again (a picture that a hundred jobs
/// begin with, say) gets the same facts and pictures without a process being started. Kept in memory, for ten minutes at most, so that
/// what is erased does not stay here; nothing is shared but what follows from the bytes.
/// </summary>
internal sealed class KnownFiles(WorkFolder work, IOptions<StorageOptions> options) : IDisposable
{
    static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>Of an entry, beside its pictures.</summary>
    const int FactsBytes = 2_000;

    readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = options.Value.KnownFilesBytes });

    /// <summary>The file with copies of the pictures, or null when its bytes are new here.</summary>
    public async Task<PreparedFile?> FindAsync(ReceivedFile received, CancellationToken ct)
    {
        if (!_cache.TryGetValue(KeyOf(received), out Entry? entry)) return null;
        var thumbnail = await CopyAsync(entry!.Thumbnail, ".jpg", ct);
        try
        {
            return new PreparedFile(received, entry.Facts, thumbnail, await CopyAsync(entry.Preview, ".gif", ct));
        }
        catch
        {
            thumbnail?.Dispose();
            throw;
        }
    }

    /// <summary>Keeps what was found out, when there is room.</summary>
    public async Task AddAsync(PreparedFile file, CancellationToken ct)
    {
        var bytes = FactsBytes + SizeOf(file.Thumbnail) + SizeOf(file.Preview);
        if (bytes > options.Value.KnownFilesBytes / 8) return;
        // The times of a file's packets are many, and nobody asks for them any more.
        var entry = new Entry(file.Facts with { Timeline = null }, await ReadAsync(file.Thumbnail, ct), await ReadAsync(file.Preview, ct));
        _cache.Set(KeyOf(file.Received), entry, new MemoryCacheEntryOptions { Size = bytes, AbsoluteExpirationRelativeToNow = Kept });
    }

    public void Dispose() => _cache.Dispose();

    static (string Sha256, long Bytes) KeyOf(ReceivedFile file) => (file.Sha256, file.SizeBytes);

    static long SizeOf(WorkFile? file) => file is null ? 0 : new FileInfo(file.Path).Length;

    static async Task<byte[]?> ReadAsync(WorkFile? file, CancellationToken ct) => file is null ? null : await File.ReadAllBytesAsync(file.Path, ct);

    async Task<WorkFile?> CopyAsync(byte[]? content, string extension, CancellationToken ct)
    {
        if (content is null) return null;
        var file = work.New(extension);
        try
        {
            await File.WriteAllBytesAsync(file.Path, content, ct);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    sealed record Entry(MediaFacts Facts, byte[]? Thumbnail, byte[]? Preview);
}
