namespace VideoGen.Ffmpeg.Probing;

/// <summary>What a file is, read from the file itself.</summary>
/// <param name="Kind"><c>video</c>, <c>image</c> or <c>audio</c>. A GIF is an image, moving or not.</param>
/// <param name="MediaType">By magic bytes and contents: an MP4 without pictures is <c>audio/mp4</c>.</param>
/// <param name="Extension">The usual file name extension of that, with its dot.</param>
/// <param name="Container">ffprobe's format name.</param>
/// <param name="VideoCodec">Of the first stream that is not a cover picture; null for audio.</param>
/// <param name="AudioCodec">Null without sound.</param>
/// <param name="Width">In pixels, as shown: a video that a phone turned by 90° has its sides swapped. Null for audio.</param>
/// <param name="DurationSeconds">Null for images.</param>
/// <param name="Fps">Frames a second; null for images and audio.</param>
/// <param name="Frames">As the container says, or length times rate; null for audio.</param>
/// <param name="Streams">How many there are, of every sort.</param>
public sealed record MediaFacts(
    string Kind, string MediaType, string Extension, string Container, string? VideoCodec, string? AudioCodec, int? Width, int? Height,
    double? DurationSeconds, double? Fps, bool HasAudio, long? Frames, int Streams);

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
