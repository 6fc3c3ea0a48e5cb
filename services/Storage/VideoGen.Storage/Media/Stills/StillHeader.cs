using VideoGen.Ffmpeg.Formats;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Storage.Media.Stills;

/// <summary>
/// What the header of a still picture says, for pictures that may be decoded in this process. The readers look at every block of the file
/// and at the size of the picture without decoding anything. They have no opinion about the others: null means that ffmpeg is asked.
/// </summary>
/// <param name="Width">As stored, before turning.</param>
/// <param name="Codec">ffmpeg's name.</param>
/// <param name="PixelFormat">ffmpeg's name.</param>
internal sealed record StillHeader(int Width, int Height, string Codec, string PixelFormat)
{
    public long Pixels => (long)Width * Height;

    /// <param name="file">All of it.</param>
    /// <param name="format">What the magic bytes say.</param>
    public static StillHeader? Read(ReadOnlySpan<byte> file, MediaFormat format) => format.Demuxer switch
    {
        "png_pipe" => PngHeader.Read(file),
        "jpeg_pipe" => JpegHeader.Read(file),
        "webp_pipe" => WebpHeader.Read(file),
        _ => null,
    };

    /// <summary>The facts that ffprobe would tell of it.</summary>
    /// <param name="orientation">EXIF's, 1 to 8.</param>
    public MediaFacts ToFacts(MediaFormat format, int orientation)
    {
        var (width, height) = Orientation.SwapsSides(orientation) ? (Height, Width) : (Width, Height);
        return new MediaFacts(
            "image", format.MediaType, format.Extension, Container: format.Demuxer, VideoCodec: Codec, AudioCodec: null, width, height,
            DurationSeconds: null, Fps: null, HasAudio: false, Frames: 1, Streams: 1)
        {
            Format = format,
            Picture = new PictureFacts { CodedWidth = Width, CodedHeight = Height, Orientation = orientation, PixelFormat = PixelFormat },
        };
    }
}
