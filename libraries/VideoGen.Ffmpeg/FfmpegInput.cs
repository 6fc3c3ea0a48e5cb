using System.Globalization;
using VideoGen.Ffmpeg.Formats;

namespace VideoGen.Ffmpeg;

/// <summary>
/// The arguments that name an input. Playlists and scripts (HLS, DASH, ffconcat) make ffmpeg open other files; the list of
/// demuxers is what stops them (the list of protocols alone does not), and <c>file:</c> stops names like <c>concat:a|b</c>.
/// </summary>
public static class FfmpegInput
{
    /// <summary>Demuxers that open nothing but the file itself. <c>image2</c> reads a .jpg by its name, <c>jpeg_pipe</c> without one.</summary>
    public const string Demuxers =
        "mov,matroska,wav,mp3,aac,flac,ogg,gif,avi,mpegts,mpeg,flv,asf,image2,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe";

    /// <summary>Arguments for a file that somebody else made, ending with <c>-i file:…</c>. Put options such as <c>-ss</c> before them.</summary>
    /// <param name="path">A name that we generated, so that it holds no <c>%</c>, which would be a pattern.</param>
    /// <param name="format">What the magic bytes say; ffmpeg then tries nothing else. Null lets it choose from <see cref="Demuxers"/>.</param>
    /// <param name="limits">The largest frame; the defaults of <see cref="MediaLimits"/> when null.</param>
    public static IReadOnlyList<string> Untrusted(string path, MediaFormat? format = null, MediaLimits? limits = null) =>
    [
        "-protocol_whitelist", "file",
        "-format_whitelist", Demuxers,
        "-max_pixels", (limits ?? new MediaLimits()).MaxPixels.ToString(CultureInfo.InvariantCulture),
        .. format is null ? (ReadOnlySpan<string>)[] : ["-f", format.Demuxer],
        "-i", Name(path),
    ];

    /// <summary>The name under which ffmpeg takes a path for a file, whatever it looks like.</summary>
    public static string Name(string path) => "file:" + Path.GetFullPath(path);
}
