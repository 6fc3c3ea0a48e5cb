namespace VideoGen.Ffmpeg.Formats;

/// <summary>One file format that the system takes.</summary>
/// <param name="MediaType">Its media type, for example <c>image/png</c>.</param>
/// <param name="Kind">What such a file usually is: <c>video</c>, <c>image</c> or <c>audio</c>. Probing tells what this one is.</param>
/// <param name="Extension">File name extension with its dot.</param>
/// <param name="Demuxer">The only ffmpeg demuxer that may read it.</param>
public sealed record MediaFormat(string MediaType, string Kind, string Extension, string Demuxer)
{
    public static readonly MediaFormat Jpeg = new("image/jpeg", "image", ".jpg", "jpeg_pipe");
    public static readonly MediaFormat Png = new("image/png", "image", ".png", "png_pipe");
    public static readonly MediaFormat Webp = new("image/webp", "image", ".webp", "webp_pipe");
    public static readonly MediaFormat Gif = new("image/gif", "image", ".gif", "gif");
    public static readonly MediaFormat Bmp = new("image/bmp", "image", ".bmp", "bmp_pipe");
    public static readonly MediaFormat Tiff = new("image/tiff", "image", ".tiff", "tiff_pipe");
    public static readonly MediaFormat Avif = new("image/avif", "image", ".avif", "mov");
    public static readonly MediaFormat Mp4 = new("video/mp4", "video", ".mp4", "mov");
    public static readonly MediaFormat Mov = new("video/quicktime", "video", ".mov", "mov");
    public static readonly MediaFormat Webm = new("video/webm", "video", ".webm", "matroska");
    public static readonly MediaFormat Mkv = new("video/x-matroska", "video", ".mkv", "matroska");
    public static readonly MediaFormat Avi = new("video/x-msvideo", "video", ".avi", "avi");
    public static readonly MediaFormat Ts = new("video/mp2t", "video", ".ts", "mpegts");
    public static readonly MediaFormat Mpg = new("video/mpeg", "video", ".mpg", "mpeg");
    public static readonly MediaFormat Flv = new("video/x-flv", "video", ".flv", "flv");
    public static readonly MediaFormat Wmv = new("video/x-ms-wmv", "video", ".wmv", "asf");
    public static readonly MediaFormat Mp3 = new("audio/mpeg", "audio", ".mp3", "mp3");
    public static readonly MediaFormat Wav = new("audio/wav", "audio", ".wav", "wav");
    public static readonly MediaFormat M4a = new("audio/mp4", "audio", ".m4a", "mov");
    public static readonly MediaFormat Aac = new("audio/aac", "audio", ".aac", "aac");
    public static readonly MediaFormat Flac = new("audio/flac", "audio", ".flac", "flac");
    public static readonly MediaFormat Ogg = new("audio/ogg", "audio", ".ogg", "ogg");

    /// <summary>The whole allow list.</summary>
    public static IReadOnlyList<MediaFormat> All { get; } =
        [Jpeg, Png, Webp, Gif, Bmp, Tiff, Avif, Mp4, Mov, Webm, Mkv, Avi, Ts, Mpg, Flv, Wmv, Mp3, Wav, M4a, Aac, Flac, Ogg];
}
