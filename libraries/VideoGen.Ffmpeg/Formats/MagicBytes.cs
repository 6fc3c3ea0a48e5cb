using System.Buffers.Binary;

namespace VideoGen.Ffmpeg.Formats;

/// <summary>Tells a file's format from its first bytes, whatever its name or declared type says.</summary>
public static class MagicBytes
{
    /// <summary>How many bytes of the start of a file are needed: three packets of a transport stream.</summary>
    public const int Length = 600;

    /// <summary>Brands of ISO media files that we take; HEIF and raw photographs share the container and are not among them.</summary>
    static readonly string[] VideoBrands =
        ["isom", "iso", "mp4", "mp71", "avc1", "hvc1", "dash", "msdh", "cmfc", "MSNV", "M4V", "3gp", "3g2", "f4v", "F4V", "mmp4", "XAVC", "NDSC", "NDSH"];

    /// <summary>The format, or null when it is none that we take.</summary>
    /// <param name="start">The first <see cref="Length"/> bytes of the file, or all of a shorter one.</param>
    public static MediaFormat? Sniff(ReadOnlySpan<byte> start)
    {
        if (start.Length < 12) return null;
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return MediaFormat.Jpeg;
        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) return MediaFormat.Png;
        if (start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8)) return MediaFormat.Gif;
        if (start.StartsWith("RIFF"u8)) return Riff(start[8..12]);
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])) return Ebml(start);
        if (start.StartsWith("fLaC"u8)) return MediaFormat.Flac;
        if (start.StartsWith("OggS"u8)) return MediaFormat.Ogg;
        if (start[4..].StartsWith("ftyp"u8)) return Iso(start);
        if (start.StartsWith((ReadOnlySpan<byte>)[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11])) return MediaFormat.Wmv;
        if (start.StartsWith("FLV\u0001"u8)) return MediaFormat.Flv;
        if (start.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0xBA])) return MediaFormat.Mpg;
        if (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8)) return MediaFormat.Tiff;
        if (IsBitmap(start)) return MediaFormat.Bmp;
        if (IsTransportStream(start)) return MediaFormat.Ts;
        if (IsOldQuickTime(start)) return MediaFormat.Mov;
        return start.StartsWith("ID3"u8) ? MediaFormat.Mp3 : MpegAudio(start);
    }

    /// <summary>The format of a file, or null when it is none that we take.</summary>
    public static async Task<MediaFormat?> SniffAsync(string path, CancellationToken ct = default) => Sniff(await StartAsync(path, ct));

    /// <summary>The first <see cref="Length"/> bytes of a file, or all of a shorter one.</summary>
    internal static async Task<byte[]> StartAsync(string path, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        var start = new byte[Length];
        return start[..await file.ReadAtLeastAsync(start, Length, throwOnEndOfStream: false, ct)];
    }

    static MediaFormat? Riff(ReadOnlySpan<byte> form) =>
        form.SequenceEqual("WEBP"u8) ? MediaFormat.Webp
        : form.SequenceEqual("WAVE"u8) ? MediaFormat.Wav
        : form.SequenceEqual("AVI "u8) ? MediaFormat.Avi
        : null;

    static MediaFormat? Ebml(ReadOnlySpan<byte> start) =>
        start.IndexOf("webm"u8) > 0 ? MediaFormat.Webm : start.IndexOf("matroska"u8) > 0 ? MediaFormat.Mkv : null;

    static MediaFormat? Iso(ReadOnlySpan<byte> start)
    {
        var brand = start[8..12];
        if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8)) return MediaFormat.Avif;
        // A brand for any picture of the family; the compatible ones say which.
        if (brand.SequenceEqual("mif1"u8) && start[12..Math.Min(start.Length, 40)].IndexOf("avif"u8) >= 0) return MediaFormat.Avif;
        if (brand.SequenceEqual("qt  "u8)) return MediaFormat.Mov;
        if (brand.StartsWith("M4A"u8) || brand.StartsWith("M4B"u8)) return MediaFormat.M4a;
        Span<char> text = stackalloc char[brand.Length];
        for (var at = 0; at < brand.Length; at++) text[at] = (char)brand[at];
        foreach (var known in VideoBrands)
            if (text.StartsWith(known, StringComparison.Ordinal)) return MediaFormat.Mp4;
        return null;
    }

    /// <summary>QuickTime files from before the <c>ftyp</c> box begin with one of a few others, of a sane length.</summary>
    static bool IsOldQuickTime(ReadOnlySpan<byte> start) =>
        BinaryPrimitives.ReadUInt32BigEndian(start) is 0 or 1 or >= 8
        && (start[4..8].SequenceEqual("moov"u8) || start[4..8].SequenceEqual("mdat"u8) || start[4..8].SequenceEqual("wide"u8));

    /// <summary>"BM", two reserved words of zero, and the size of one of the headers there are.</summary>
    static bool IsBitmap(ReadOnlySpan<byte> start) =>
        start.StartsWith("BM"u8) && start.Length >= 18 && BinaryPrimitives.ReadUInt32LittleEndian(start[6..]) == 0
        && BinaryPrimitives.ReadUInt32LittleEndian(start[14..]) is 12 or 40 or 52 or 56 or 64 or 108 or 124;

    /// <summary>Packets of 188 bytes that begin with 47, or such with four bytes of time before each, as cameras write them.</summary>
    static bool IsTransportStream(ReadOnlySpan<byte> start)
    {
        const byte sync = 0x47;
        return (start.Length > 376 && start[0] == sync && start[188] == sync && start[376] == sync)
            || (start.Length > 388 && start[4] == sync && start[196] == sync && start[388] == sync);
    }

    /// <summary>A frame header: eleven sync bits, then version, layer, bit rate and sample rate that are not reserved values.</summary>
    static MediaFormat? MpegAudio(ReadOnlySpan<byte> start)
    {
        if (start[0] != 0xFF || (start[1] & 0xE0) != 0xE0) return null;
        if ((start[1] & 0xF6) == 0xF0) return ((start[2] >> 2) & 0xF) < 13 ? MediaFormat.Aac : null;
        var isLayer3 = (start[1] & 0x06) == 0x02 && (start[1] & 0x18) != 0x08;
        return isLayer3 && start[2] >> 4 is > 0 and < 15 && ((start[2] >> 2) & 3) != 3 ? MediaFormat.Mp3 : null;
    }
}
