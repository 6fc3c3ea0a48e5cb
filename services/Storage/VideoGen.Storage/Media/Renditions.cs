using System.Globalization;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Pictures;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Media;

/// <summary>
/// Small pictures of a file: a thumbnail of at most 640 pixels a side for videos and images, and for videos a moving preview of
/// 3 seconds, 320 pixels wide. A file that gives none (a picture that can't be scaled, say) is an asset all the same.
/// </summary>
internal sealed partial class Renditions(FfmpegRunner ffmpeg, WorkFolder work, IOptions<FfmpegOptions> options, ILogger<Renditions> log)
{
    const int ThumbnailSide = 640;
    const int PreviewWidth = 320;
    const string Palette = "split[x][y];[x]palettegen=max_colors=96[p];[y][p]paletteuse=dither=bayer:bayer_scale=4";

    /// <summary>Threads of a decoder: each takes address space for its frames, which is limited.</summary>
    const string Threads = "2";

    /// <summary>A JPEG, or null for a sound.</summary>
    public async Task<WorkFile?> ThumbnailAsync(string path, MediaFacts facts, CancellationToken ct)
    {
        if (facts.Kind == "audio") return null;
        var isVideo = facts.Kind == "video";
        string[] output = ["-frames:v", "1", "-update", "1", "-q:v", "4", "-map_metadata", "-1"];
        // Of a video, the most typical of its first frames: the very first is often black.
        return isVideo
            ? await MakeAsync(".jpg", [.. Start(facts, 5), .. Input(path, facts), "-map", "0:V:0", "-vf",
                $"thumbnail=50,{PictureFilters.ToJpeg(facts.Picture!, Within(facts, ThumbnailSide))}", .. output], ct)
            : await MakeAsync(".jpg", [.. Input(path, facts), "-map", "0:V:0", "-vf", StillThumbnail(facts), .. output], ct);
    }

    /// <summary>An animated GIF, or null for what does not move.</summary>
    public async Task<WorkFile?> PreviewAsync(string path, MediaFacts facts, CancellationToken ct)
    {
        if (facts.Kind != "video") return null;
        var size = (PreviewWidth, Even((double)PreviewWidth * facts.Height!.Value / facts.Width!.Value));
        var filter = $"[0:V:0]fps=10,{PictureFilters.ToRgb(facts.Picture!, size)},{Palette}";
        return await MakeAsync(".gif", [.. Start(facts, Math.Min(3, facts.DurationSeconds ?? 3)), .. Input(path, facts),
            "-filter_complex", filter, "-loop", "0", "-map_metadata", "-1"], ct);
    }

    static string StillThumbnail(MediaFacts facts)
    {
        var (width, height) = Within(facts, ThumbnailSide);
        var upright = PictureFilters.Still(facts.Picture!);
        return FormattableString.Invariant($"{upright}{(upright.Length > 0 ? "," : "")}scale={width}:{height}");
    }

    /// <summary>The first seconds that show something: a sound may come long before the picture.</summary>
    static string[] Start(MediaFacts facts, double seconds)
    {
        var late = facts.Timeline is { Pictures: [var first, ..], ClockStart: var start } ? Math.Max(0, first - start) : 0;
        return ["-t", (late + seconds).ToString("0.###", CultureInfo.InvariantCulture)];
    }

    static (int Width, int Height) Within(MediaFacts facts, int side)
    {
        var scale = Math.Min(1, (double)side / Math.Max(facts.Width!.Value, facts.Height!.Value));
        return (Whole(facts.Width.Value * scale), Whole(facts.Height.Value * scale));
    }

    static int Whole(double pixels) => Math.Max(1, (int)Math.Round(pixels));

    static int Even(double pixels) => Math.Max(2, (int)Math.Round(pixels / 2) * 2);

    IReadOnlyList<string> Input(string path, MediaFacts facts) =>
        ["-threads", Threads, .. facts.Kind == "image" ? (string[])["-noautorotate"] : [], .. FfmpegInput.Untrusted(path, facts.Format,
            options.Value.Media)];

    async Task<WorkFile?> MakeAsync(string extension, string[] arguments, CancellationToken ct)
    {
        var file = work.New(extension);
        var result = await ffmpeg.RunAsync(new FfmpegCall(arguments) { Output = file.Path, Limits = FfmpegLimits.Check }, progress: null, ct);
        ct.ThrowIfCancellationRequested();
        if (result is FfmpegResult.Ok) return file;
        Log.NoRendition(log, extension, result);
        return null;
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "No {Extension} could be made of a file that decodes: {Result}")]
        public static partial void NoRendition(ILogger log, string extension, FfmpegResult result);
    }
}
