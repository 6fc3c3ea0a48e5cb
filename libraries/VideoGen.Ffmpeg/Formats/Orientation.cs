using System.Buffers.Binary;

namespace VideoGen.Ffmpeg.Formats;

/// <summary>
/// How a photograph has to be turned to stand upright: EXIF's tag 274, 1 to 8, where the top row and the left column of the pixels
/// are on the picture as shown. ffmpeg reads it of JPEG alone, so it is read here, of JPEG, PNG, WebP and TIFF, and ffmpeg's own
/// turning is switched off.
/// </summary>
public static class Orientation
{
    public const int Upright = 1;

    const ushort Tag = 274;
    const int MaxExifBytes = 1 << 20;
    const int MostEntries = 512;

    /// <summary>A file may have any number of them, each of no length.</summary>
    const int MostSegments = 100_000;

    /// <summary>True when width and height change places.</summary>
    public static bool SwapsSides(int orientation) => orientation is >= 5 and <= 8;

    /// <summary>The filter that sets a picture upright; empty for one that stands upright.</summary>
    public static string Filter(int orientation) => orientation switch
    {
        2 => "hflip",
        3 => "hflip,vflip",
        4 => "vflip",
        5 => "transpose=cclock_flip",
        6 => "transpose=clock",
        7 => "transpose=clock_flip",
        8 => "transpose=cclock",
        _ => "",
    };

    /// <summary>1 to 8; 1 where nothing, or nothing that makes sense, is said.</summary>
    public static int Read(string path, MediaFormat format)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 4096, FileOptions.SequentialScan);
        var exif = format.Demuxer switch
        {
            "jpeg_pipe" => OfJpeg(file),
            "png_pipe" => OfChunks(file, start: 8, isBigEndian: true, typeFirst: false, name: "eXIf"u8, after: 4),
            "webp_pipe" => OfChunks(file, start: 12, isBigEndian: false, typeFirst: true, name: "EXIF"u8, after: 0),
            "tiff_pipe" => OfTiffFile(file),
            _ => null,
        };
        return exif is null ? Upright : OfTiff(exif);
    }

    static byte[]? OfJpeg(FileStream file)
    {
        file.Position = 2;
        var head = new byte[4];
        for (var segment = 0; segment < MostSegments; segment++)
        {
            if (file.ReadAtLeast(head, 4, throwOnEndOfStream: false) < 4 || head[0] != 0xFF) return null;
            // A filler byte, or a marker without a length; then the start of the scan, behind which no EXIF comes.
            if (head[1] == 0xFF) { file.Position -= 3; continue; }
            if (head[1] is 0x01 or (>= 0xD0 and <= 0xD8)) { file.Position -= 2; continue; }
            if (head[1] is 0xDA or 0xD9) return null;
            var length = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)) - 2;
            if (length < 0) return null;
            var next = file.Position + length;
            if (head[1] == 0xE1 && Take(file, length) is { } content && content.AsSpan().StartsWith("Exif\0\0"u8)) return content[6..];
            file.Position = next;
        }
        return null;
    }

    /// <summary>
    /// The content of the first chunk of that name, in files that are nothing but chunks: PNG's and RIFF's differ in order and padding.
    /// </summary>
    static byte[]? OfChunks(FileStream file, int start, bool isBigEndian, bool typeFirst, ReadOnlySpan<byte> name, int after)
    {
        file.Position = start;
        var head = new byte[8];
        for (var chunk = 0; chunk < MostSegments; chunk++)
        {
            if (file.ReadAtLeast(head, 8, throwOnEndOfStream: false) < 8) return null;
            var type = head.AsSpan(typeFirst ? 0 : 4, 4);
            var number = head.AsSpan(typeFirst ? 4 : 0, 4);
            var length = isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(number) : BinaryPrimitives.ReadUInt32LittleEndian(number);
            var next = file.Position + length + after + (typeFirst ? length & 1 : 0);
            if (type.SequenceEqual(name))
            {
                var content = length <= MaxExifBytes ? Take(file, (int)length) : null;
                return content is not null && content.AsSpan().StartsWith("Exif\0\0"u8) ? content[6..] : content;
            }
            if (next > file.Length) return null;
            file.Position = next;
        }
        return null;
    }

    /// <summary>
    /// The header and the first directory, which may stand at the very end of a large file, moved up to behind the header.
    /// </summary>
    static byte[]? OfTiffFile(FileStream file)
    {
        file.Position = 0;
        if (Take(file, 8) is not { } header) return null;
        file.Position = Number(header.AsSpan(4), header[0] == (byte)'I', bytes: 4);
        if (Take(file, (int)Math.Clamp(file.Length - file.Position, 0, 2 + (12 * MostEntries))) is not { } directory) return null;
        header.AsSpan(4).Clear();
        header[header[0] == (byte)'I' ? 4 : 7] = 8;
        return [.. header, .. directory];
    }

    static byte[]? Take(FileStream file, int length)
    {
        var bytes = new byte[length];
        return file.ReadAtLeast(bytes, length, throwOnEndOfStream: false) == length ? bytes : null;
    }

    /// <summary>EXIF is a TIFF of its own: order of bytes, place of the first directory, entries of twelve bytes.</summary>
    static int OfTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return Upright;
        var isLittle = tiff[0] == (byte)'I';
        var at = Number(tiff[4..], isLittle, bytes: 4);
        if (at > tiff.Length - 2) return Upright;
        var entries = Math.Min((int)Number(tiff[(int)at..], isLittle, bytes: 2), MostEntries);
        for (var entry = (int)at + 2; entries > 0 && entry + 12 <= tiff.Length; entries--, entry += 12)
        {
            if (Number(tiff[entry..], isLittle, bytes: 2) != Tag) continue;
            var isShort = Number(tiff[(entry + 2)..], isLittle, bytes: 2) == 3;
            var value = Number(tiff[(entry + 8)..], isLittle, isShort ? 2 : 4);
            return value is >= 1 and <= 8 ? (int)value : Upright;
        }
        return Upright;
    }

    static uint Number(ReadOnlySpan<byte> from, bool isLittle, int bytes) => (bytes, isLittle) switch
    {
        (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(from),
        (2, false) => BinaryPrimitives.ReadUInt16BigEndian(from),
        (_, true) => BinaryPrimitives.ReadUInt32LittleEndian(from),
        _ => BinaryPrimitives.ReadUInt32BigEndian(from),
    };
}
