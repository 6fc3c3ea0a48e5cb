using System.Buffers.Binary;
using System.IO.Hashing;

namespace VideoGen.Storage.Media.Stills;

/// <summary>
/// PNG of 8 bits a channel. Not for here: more or fewer bits, a colour that stands for transparent, animation, colours beyond sRGB
/// (<c>cICP</c> and its like), chunks that a reader must know and we don't, compressed texts, large or very many chunks beside the pixels,
/// and wrong checksums, which libvips gets over in chunks that hold no pixels.
/// </summary>
internal static class PngHeader
{
    const int Signature = 8;

    /// <summary>Length and type before a chunk's content, the checksum behind it.</summary>
    const int Around = 12;

    const int HeaderLength = 13;
    const int MostOther = 256;

    /// <summary>Of all of them. Texts that a reader would unpack are none of them: they may be small and become gigabytes.</summary>
    const int LargestOthers = 1 << 20;

    const int LargestProfile = 1 << 16;

    public static StillHeader? Read(ReadOnlySpan<byte> file)
    {
        StillHeader? header = null;
        var (at, others, otherBytes) = (Signature, 0, 0L);
        while (at + Around <= file.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - Around) return null;
            var type = file.Slice(at + 4, 4);
            var content = file.Slice(at + 8, (int)length);
            var checksum = BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + (int)length)..]);
            if (Crc32.HashToUInt32(file.Slice(at + 4, 4 + (int)length)) != checksum) return null;
            at += Around + (int)length;
            if (header is null)
            {
                header = type.SequenceEqual("IHDR"u8) ? Header(content) : null;
                if (header is null) return null;
                continue;
            }
            if (type.SequenceEqual("IEND"u8)) return header;
            if (type.SequenceEqual("IDAT"u8)) continue;
            otherBytes += length;
            if (++others > MostOther || otherBytes > LargestOthers || !IsPlain(type, content, header)) return null;
        }
        return null;
    }

    static StillHeader? Header(ReadOnlySpan<byte> content)
    {
        if (content.Length != HeaderLength || content[8] != 8 || content[10] != 0 || content[11] != 0 || content[12] > 1) return null;
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(content), BinaryPrimitives.ReadUInt32BigEndian(content[4..]));
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue) return null;
        var pixels = content[9] switch { 0 => "gray", 2 => "rgb24", 3 => "pal8", 4 => "ya8", 6 => "rgba", _ => null };
        return pixels is null ? null : new StillHeader((int)width, (int)height, "png", pixels);
    }

    /// <summary>It does not bear on how the picture looks, or in a way that every reader knows.</summary>
    static bool IsPlain(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content, StillHeader header)
    {
        const int small = 0x20;
        if (type.SequenceEqual("PLTE"u8)) return true;
        if (type.SequenceEqual("tRNS"u8)) return header.PixelFormat == "pal8";
        var isMoving = type.SequenceEqual("acTL"u8) || type.SequenceEqual("fcTL"u8) || type.SequenceEqual("fdAT"u8);
        var isWide = type.SequenceEqual("cICP"u8) || type.SequenceEqual("mDCV"u8) || type.SequenceEqual("mDCv"u8)
            || type.SequenceEqual("cLLI"u8) || type.SequenceEqual("cLLi"u8);
        // Readers unpack these; one profile may be, for it can't grow far.
        if (type.SequenceEqual("zTXt"u8)) return false;
        if (type.SequenceEqual("iTXt"u8)) return content.IndexOf((byte)0) is >= 0 and var end && end + 1 < content.Length && content[end + 1] == 0;
        if (type.SequenceEqual("iCCP"u8)) return content.Length <= LargestProfile;
        // A small first letter says that a reader may pass the chunk over.
        return !isMoving && !isWide && (type[0] & small) != 0;
    }
}
