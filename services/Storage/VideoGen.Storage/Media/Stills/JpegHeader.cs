using System.Buffers.Binary;

namespace VideoGen.Storage.Media.Stills;

/// <summary>
/// JPEG of 8 bits, in grey or YCbCr with the usual samplings, baseline or progressive. Not for here: CMYK, RGB, arithmetic and
/// lossless coding, other samplings, and very many scans, each of which is a walk through all pixels.
/// </summary>
internal static class JpegHeader
{
    const int MostScans = 64;

    /// <summary>Of whatever kind: a reader keeps the ones it does not draw.</summary>
    const int MostSegments = 512;

    public static StillHeader? Read(ReadOnlySpan<byte> file)
    {
        StillHeader? frame = null;
        var (at, scans, segments, isAdobeRgb) = (2, 0, 0, false);
        while (at + 2 <= file.Length)
        {
            if (file[at] != 0xFF) return null;
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++; // A filler byte.
                continue;
            }
            if (marker == 0xD9) return scans > 0 && !(isAdobeRgb && frame!.PixelFormat != "gray") ? frame : null;
            if (marker < 0xC0 || marker is >= 0xD0 and <= 0xD8 || Segment(file, at) is not { Length: > 0 } segment) return null;
            if (++segments > MostSegments) return null;
            at += 4 + segment.Length;
            switch (marker)
            {
                case 0xC0 or 0xC1 or 0xC2:
                    if (frame is not null || (frame = Frame(segment)) is null) return null;
                    break;
                case 0xC3 or (>= 0xC5 and <= 0xCF):
                    return null;
                case 0xDA:
                    if (frame is null || ++scans > MostScans) return null;
                    at += Coded(file[at..]);
                    break;
                case 0xDC:
                    return null; // The height comes only now.
                case 0xEE when segment.StartsWith("Adobe"u8):
                    if (segment.Length < 12 || segment[11] > 1) return null;
                    isAdobeRgb |= segment[11] == 0;
                    break;
            }
        }
        return null;
    }

    /// <summary>The content of the segment whose marker stands there; empty when it is none.</summary>
    static ReadOnlySpan<byte> Segment(ReadOnlySpan<byte> file, int at)
    {
        if (at + 4 > file.Length) return [];
        var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        return length < 2 || length > file.Length - at - 2 ? [] : file.Slice(at + 4, length - 2);
    }

    /// <summary>How many coded bytes there are up to the next marker. <c>FF 00</c> is one of them, <c>FF D0</c> to <c>FF D7</c> only
    /// restart the coder.</summary>
    static int Coded(ReadOnlySpan<byte> rest)
    {
        var at = 0;
        while (true)
        {
            var next = rest[at..].IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= rest.Length) return rest.Length;
            at += next;
            if (rest[at + 1] is not 0 and not (>= 0xD0 and <= 0xD7)) return at;
            at += 2;
        }
    }

    static StillHeader? Frame(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 6 || segment[0] != 8 || segment.Length != 6 + (3 * segment[5])) return null;
        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        var pixels = segment[5] switch
        {
            1 when segment[7] == 0x11 => "gray",
            3 when segment[10] == 0x11 && segment[13] == 0x11 && segment[6] != (byte)'R' => segment[7] switch
            {
                0x11 => "yuvj444p",
                0x21 => "yuvj422p",
                0x12 => "yuvj440p",
                0x22 => "yuvj420p",
                _ => null,
            },
            _ => null,
        };
        return pixels is null || width == 0 || height == 0 ? null : new StillHeader(width, height, "mjpeg", pixels);
    }
}
