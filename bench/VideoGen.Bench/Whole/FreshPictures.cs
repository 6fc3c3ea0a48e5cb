using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VideoGen.Bench.Whole;

/// <summary>
/// Has the simulator's instant mode hand out pictures of which no two are alike, as a vendor's would be, without the ffmpeg that draws
/// them: while it runs, the file that instant mode uses again is replaced every few milliseconds by one of the same length.
/// </summary>
internal sealed class FreshPictures : IAsyncDisposable
{
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(5);

    readonly CancellationTokenSource _end = new();
    readonly Task _replacing;

    FreshPictures(string file, byte[] picture) => _replacing = Task.Run(() => ReplaceAsync(file, picture));

    /// <param name="folder">The system's; one picture of the shape must have been made.</param>
    /// <returns>Null where instant mode is off.</returns>
    public static FreshPictures? In(string folder)
    {
        var cache = Path.Combine(folder, "work", "cache");
        var file = Directory.Exists(cache) ? Directory.GetFiles(cache, "image-256x256-*.png").FirstOrDefault() : null;
        return file is null ? null : new FreshPictures(file, File.ReadAllBytes(file));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _replacing;
        _end.Dispose();
    }

    /// <summary>The picture with a comment of 16 random letters behind its header.</summary>
    internal static byte[] WithComment(ReadOnlySpan<byte> png)
    {
        const int header = 8 + 25;
        Span<byte> chunk = stackalloc byte[4 + 4 + 24 + 4];
        BinaryPrimitives.WriteInt32BigEndian(chunk, 24);
        Encoding.ASCII.GetBytes("tEXtComment\0" + RandomNumberGenerator.GetHexString(16), chunk[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(chunk[^4..], Crc32(chunk[4..^4]));
        return [.. png[..header], .. chunk, .. png[header..]];
    }

    async Task ReplaceAsync(string file, byte[] picture)
    {
        // Beside the cache, not in it: on the same disk, so that a move replaces the file at once.
        var draft = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(file))!, $"bench-{Guid.NewGuid():n}.png");
        while (!_end.IsCancellationRequested)
        {
            await File.WriteAllBytesAsync(draft, WithComment(picture));
            File.Move(draft, file, overwrite: true);
            await Task.Delay(Every);
        }
        await File.WriteAllBytesAsync(file, picture);
    }

    static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        }
        return ~crc;
    }
}
