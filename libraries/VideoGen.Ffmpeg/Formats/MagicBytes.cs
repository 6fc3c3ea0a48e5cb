using System.Buffers.Binary;

namespace VideoGen.Ffmpeg.Formats;

/// <summary>Tells a file's format from its first bytes, whatever its name or declared type says.</summary>
public static class MagicBytes
{
    /// <summary>How many bytes of the start of a file are needed.</summary>
    public const int Length = 64;

    /// <summary>Brands of ISO media files that we take; HEIF, AVIF and raw photographs share the container and are not among them.</summary>
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
        if (start[4..].StartsWith("ftyp"u8)) return Iso(start[8..12]);
        if (IsOldQuickTime(start)) return MediaFormat.Mov;
        return start.StartsWith("ID3"u8) ? MediaFormat.Mp3 : MpegAudio(start);
    }

    /// <summary>The format of a file, or null when it is none that we take.</summary>
    public static async Task<MediaFormat?> SniffAsync(string path, CancellationToken ct = default)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        var start = new byte[Length];
        return Sniff(start.AsSpan(0, await file.ReadAtLeastAsync(start, Length, throwOnEndOfStream: false, ct)));
    }

    static MediaFormat? Riff(ReadOnlySpan<byte> form) =>
        form.SequenceEqual("WEBP"u8) ? MediaFormat.Webp
        : form.SequenceEqual("WAVE"u8) ? MediaFormat.Wav
        : form.SequenceEqual("AVI "u8) ? MediaFormat.Avi
        : null;

    static MediaFormat? Ebml(ReadOnlySpan<byte> start) =>
        start.IndexOf("webm"u8) > 0 ? MediaFormat.Webm : start.IndexOf("matroska"u8) > 0 ? MediaFormat.Mkv : null;

    static MediaFormat? Iso(ReadOnlySpan<byte> brand)
    {
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

    /// <summary>A frame header: eleven sync bits, then version, layer, bit rate and sample rate that are not reserved values.</summary>
    static MediaFormat? MpegAudio(ReadOnlySpan<byte> start)
    {
        if (start[0] != 0xFF || (start[1] & 0xE0) != 0xE0) return null;
        if ((start[1] & 0xF6) == 0xF0) return ((start[2] >> 2) & 0xF) < 13 ? MediaFormat.Aac : null;
        var isLayer3 = (start[1] & 0x06) == 0x02 && (start[1] & 0x18) != 0x08;
        return isLayer3 && start[2] >> 4 is > 0 and < 15 && ((start[2] >> 2) & 3) != 3 ? MediaFormat.Mp3 : null;
    }
}
