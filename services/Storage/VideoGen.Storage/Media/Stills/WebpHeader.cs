using System.Buffers.Binary;

namespace VideoGen.Storage.Media.Stills;

/// <summary>
/// WebP that does not move: one picture, lossy with or without transparency, or lossless. Not for here: animations, files whose size is
/// not what their header says, and a picture that is smaller than its canvas.
/// </summary>
internal static class WebpHeader
{
    const int Start = 12;
    const int MostChunks = 64;

    public static StillHeader? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < Start || BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) is var size && size + 8L != file.Length) return null;
        StillHeader? picture = null;
        (int, int)? canvas = null;
        var (at, hasAlpha) = (Start, false);
        for (var chunk = 0; at < file.Length; chunk++)
        {
            if (chunk == MostChunks || at + 8 > file.Length) return null;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (length > file.Length - at - 8) return null;
            var type = file.Slice(at, 4);
            var content = file.Slice(at + 8, (int)length);
            at += 8 + (int)(length + (length & 1));
            if (type.SequenceEqual("VP8X"u8))
            {
                canvas = chunk == 0 ? Canvas(content) : null;
                if (canvas is null) return null;
            }
            else if (type.SequenceEqual("ALPH"u8)) hasAlpha = true;
            else if (type.SequenceEqual("VP8 "u8) || type.SequenceEqual("VP8L"u8))
            {
                if (picture is not null) return null;
                picture = type[3] == (byte)'L' ? Lossless(content) : Lossy(content, hasAlpha);
                if (picture is null) return null;
            }
            else if (!IsPassedOver(type)) return null;
        }
        return picture is null || (canvas is { } whole && whole != (picture.Width, picture.Height)) ? null : picture;
    }

    static bool IsPassedOver(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("ICCP"u8) || type.SequenceEqual("EXIF"u8) || type.SequenceEqual("XMP "u8);

    static (int Width, int Height)? Canvas(ReadOnlySpan<byte> content)
    {
        const int animation = 2;
        if (content.Length != 10 || (content[0] & animation) != 0) return null;
        return (1 + Number24(content[4..]), 1 + Number24(content[7..]));
    }

    static int Number24(ReadOnlySpan<byte> from) => from[0] | (from[1] << 8) | (from[2] << 16);

    /// <summary>A key frame: three bytes of its tag, three that are always the same, then 14 bits of width and of height.</summary>
    static StillHeader? Lossy(ReadOnlySpan<byte> content, bool hasAlpha)
    {
        const int sizeBits = 0x3FFF;
        if (content.Length < 10 || (content[0] & 1) != 0 || !content[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])) return null;
        var width = BinaryPrimitives.ReadUInt16LittleEndian(content[6..]) & sizeBits;
        var height = BinaryPrimitives.ReadUInt16LittleEndian(content[8..]) & sizeBits;
        return width == 0 || height == 0 ? null : new StillHeader(width, height, "webp", hasAlpha ? "yuva420p" : "yuv420p");
    }

    /// <summary>A byte that is always the same, then 14 bits of width and of height, each less one, and a version of 0.</summary>
    static StillHeader? Lossless(ReadOnlySpan<byte> content)
    {
        const uint sizeBits = 0x3FFF;
        if (content.Length < 5 || content[0] != 0x2F) return null;
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(content[1..]);
        return bits >> 29 != 0 ? null : new StillHeader(1 + (int)(bits & sizeBits), 1 + (int)((bits >> 14) & sizeBits), "webp", "argb");
    }
}
