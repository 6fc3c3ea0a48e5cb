using System.Buffers.Binary;

namespace VideoGen.Ffmpeg.Formats;

/// <summary>
/// Tells whether a file has its end. ffmpeg shows what it has of some formats without a word when the last bytes, or many
/// more, are missing; so these are walked here, block by block, without decoding. The others it checks by itself.
/// </summary>
public static class FileEnd
{
    /// <summary>True when the file is complete, or of a format that ffmpeg checks. Bytes after the end are nobody's business.</summary>
    public static bool IsThere(string path, MediaFormat format)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 64 * 1024, FileOptions.SequentialScan);
        return format.Demuxer switch
        {
            "jpeg_pipe" => Jpeg(file),
            "png_pipe" => Png(file),
            "gif" => Gif(file),
            "webp_pipe" or "avi" or "wav" => Riff(file),
            _ => true,
        };
    }

    /// <summary>Chunks of length, type, content and checksum up to the one that ends the image.</summary>
    static bool Png(FileStream file)
    {
        const int signature = 8;
        const int checksum = 4;
        file.Position = signature;
        var head = new byte[8];
        while (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            if (!Skip(file, BinaryPrimitives.ReadUInt32BigEndian(head) + (long)checksum)) return false;
            if (head.AsSpan(4).SequenceEqual("IEND"u8)) return true;
        }
        return false;
    }

    /// <summary>
    /// From here on a size in a header means "to the end": programs that write into a pipe leave FFFFFFFF there, or about 7FFFFFFF.
    /// </summary>
    const uint UnknownSize = 0x7FF0_0000;

    /// <summary>
    /// The size in the header; a recorder that could not go back to write it leaves zeros, or the largest number it knows.
    /// </summary>
    static bool Riff(FileStream file)
    {
        var head = new byte[8];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return false;
        var size = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
        return size is 0 or >= UnknownSize || size + (long)head.Length <= file.Length;
    }

    /// <summary>Segments up to each start of scan, then coded bytes up to the next marker, until the marker that ends the image.</summary>
    static bool Jpeg(FileStream file)
    {
        file.Position = 2;
        var marker = NextMarker(file);
        while (marker >= 0)
        {
            if (marker == 0xD9) return true;
            // 01 and D0 to D8 stand alone; the others are followed by their length.
            var standsAlone = marker is 0x01 or (>= 0xD0 and <= 0xD8);
            if (!standsAlone && !SkipSegment(file)) return false;
            marker = NextMarker(file);
        }
        return false;
    }

    /// <summary>Skips to the next marker; <c>FF 00</c> is a coded byte and <c>FF D0</c> to <c>FF D7</c> only restart the coder.</summary>
    static int NextMarker(FileStream file)
    {
        while (true)
        {
            var next = file.ReadByte();
            if (next < 0) return -1;
            if (next != 0xFF) continue;
            while (next == 0xFF) next = file.ReadByte();
            if (next < 0) return -1;
            if (next is not 0 and not (>= 0xD0 and <= 0xD7)) return next;
        }
    }

    static bool SkipSegment(FileStream file)
    {
        var (high, low) = (file.ReadByte(), file.ReadByte());
        var length = (high << 8) | low;
        return low >= 0 && length >= 2 && Skip(file, length - 2);
    }

    static bool Gif(FileStream file)
    {
        const int header = 13;
        const int descriptor = 9;
        var start = new byte[header];
        if (file.ReadAtLeast(start, header, throwOnEndOfStream: false) < header || !Skip(file, ColorTable(start[10]))) return false;
        while (true)
        {
            switch (file.ReadByte())
            {
                case 0x3B:
                    return true;
                case 0x21:
                    if (!Skip(file, 1) || !SkipBlocks(file)) return false;
                    break;
                case 0x2C:
                    var frame = new byte[descriptor];
                    if (file.ReadAtLeast(frame, descriptor, throwOnEndOfStream: false) < descriptor) return false;
                    if (!Skip(file, ColorTable(frame[8]) + 1) || !SkipBlocks(file)) return false;
                    break;
                default:
                    return false;
            }
        }
    }

    static int ColorTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    static bool SkipBlocks(FileStream file)
    {
        while (true)
        {
            var length = file.ReadByte();
            if (length <= 0) return length == 0;
            if (!Skip(file, length)) return false;
        }
    }

    static bool Skip(FileStream file, long bytes)
    {
        if (file.Position + bytes > file.Length) return false;
        file.Seek(bytes, SeekOrigin.Current);
        return true;
    }
}
