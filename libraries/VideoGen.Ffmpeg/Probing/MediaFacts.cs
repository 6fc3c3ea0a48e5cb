using VideoGen.Ffmpeg.Formats;

namespace VideoGen.Ffmpeg.Probing;

/// <summary>What a file is, read from the file itself.</summary>
/// <param name="Kind"><c>video</c>, <c>image</c> or <c>audio</c>. A GIF is an image, moving or not.</param>
/// <param name="MediaType">By magic bytes and contents: an MP4 without pictures is <c>audio/mp4</c>.</param>
/// <param name="Extension">The usual file name extension of that, with its dot.</param>
/// <param name="Container">ffprobe's format name.</param>
/// <param name="VideoCodec">Of the first stream that is not a cover picture; null for audio.</param>
/// <param name="AudioCodec">Null without sound.</param>
/// <param name="Width">
/// In pixels, as shown: turned as the file says (a phone's display matrix, a photograph's EXIF), and a video's pixels made square. Null
/// for audio.
/// </param>
/// <param name="DurationSeconds">Measured, from the earlier of the first picture and the first sound to the later end; null for
/// images.</param>
/// <param name="Fps">Frames a second of the parts that move; null for images and audio, and when hardly anything moves.</param>
/// <param name="Frames">Counted; null for audio.</param>
/// <param name="Streams">How many there are, of every sort.</param>
public sealed record MediaFacts(
    string Kind, string MediaType, string Extension, string Container, string? VideoCodec, string? AudioCodec, int? Width, int? Height,
    double? DurationSeconds, double? Fps, bool HasAudio, long? Frames, int Streams)
{
    /// <summary>What the magic bytes say.</summary>
    public required MediaFormat Format { get; init; }

    /// <summary>How the picture is stored; null for audio.</summary>
    public PictureFacts? Picture { get; init; }

    /// <summary>When what is seen and heard; null for images.</summary>
    public MediaTimeline? Timeline { get; init; }
}

/// <summary>
/// How a picture is stored and what that means for showing it. Texts are ffmpeg's names; null for what the file does not say.
/// </summary>
public sealed record PictureFacts
{
    /// <summary>Stored size, before turning.</summary>
    public required int CodedWidth { get; init; }

    public required int CodedHeight { get; init; }

    /// <summary>EXIF's number, 1 to 8; 1 for videos, which ffmpeg turns by itself.</summary>
    public int Orientation { get; init; } = Formats.Orientation.Upright;

    public string? PixelFormat { get; init; }

    /// <summary>How YCbCr was made of RGB, for example <c>bt709</c>.</summary>
    public string? Matrix { get; init; }

    public string? Primaries { get; init; }

    /// <summary>For example <c>smpte2084</c> (PQ) or <c>arib-std-b67</c> (HLG), which make it HDR.</summary>
    public string? Transfer { get; init; }

    /// <summary><c>tv</c> or <c>pc</c>.</summary>
    public string? Range { get; init; }

    /// <summary>Two half pictures in a frame.</summary>
    public bool IsInterlaced { get; init; }

    public bool IsHdr => Transfer is "smpte2084" or "arib-std-b67";

    public bool IsRgb => Matrix == "gbr" || (PixelFormat is { } format
        && (format.Contains("rgb", StringComparison.Ordinal) || format.Contains("bgr", StringComparison.Ordinal)
            || format.StartsWith("gbr", StringComparison.Ordinal)));

    public bool HasAlpha => PixelFormat is { } format && (format.Contains("yuva", StringComparison.Ordinal)
        || format.StartsWith("gbrap", StringComparison.Ordinal)
        || format.StartsWith("ya", StringComparison.Ordinal) || format.Contains("rgba", StringComparison.Ordinal)
            || format.Contains("bgra", StringComparison.Ordinal)
        || format is "argb" or "abgr" or "pal8");
}

/// <summary>What probing found.</summary>
public abstract record ProbeResult
{
    /// <summary>A media file within the limits.</summary>
    public sealed record Ok(MediaFacts Facts) : ProbeResult;

    /// <summary>Not a media file that we take.</summary>
    /// <param name="Reason">A sentence for the customer; names no files of ours.</param>
    public sealed record Refused(string Reason) : ProbeResult;

    /// <summary>The caller's token was cancelled.</summary>
    public sealed record Cancelled : ProbeResult;
}
