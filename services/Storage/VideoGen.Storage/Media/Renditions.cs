using System.Globalization;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Formats;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Media;

/// <summary>
/// Small pictures of a file: a thumbnail of at most 640 pixels a side for videos and images, and for videos a moving preview of
/// 3 seconds, 320 pixels wide. A file that gives none (a picture that can't be scaled, say) is an asset all the same.
/// </summary>
internal sealed partial class Renditions(FfmpegRunner ffmpeg, WorkFolder work, IOptions<FfmpegOptions> options, ILogger<Renditions> log)
{
    const string Fit640 = "scale=w='min(640,iw)':h='min(640,ih)':force_original_aspect_ratio=decrease";
    const string Gif = "fps=10,scale=320:-2:flags=lanczos,split[x][y];[x]palettegen=max_colors=96[p];[y][p]paletteuse=dither=bayer:bayer_scale=4";

    /// <summary>A JPEG, or null for a sound.</summary>
    public async Task<WorkFile?> ThumbnailAsync(string path, MediaFacts facts, CancellationToken ct)
    {
        if (facts.Kind == "audio") return null;
        var input = await InputAsync(path, ct);
        // Of a video, the most typical of its first frames: the very first is often black.
        var filter = facts.Kind == "video" ? $"thumbnail=50,{Fit640}" : Fit640;
        string[] start = facts.Kind == "video" ? ["-t", "5"] : [];
        return await MakeAsync(".jpg", [.. start, .. input, "-map", "0:V:0", "-vf", filter, "-frames:v", "1", "-update", "1", "-q:v", "4", "-map_metadata", "-1"], ct);
    }

    /// <summary>An animated GIF, or null for what does not move.</summary>
    public async Task<WorkFile?> PreviewAsync(string path, MediaFacts facts, CancellationToken ct)
    {
        if (facts.Kind != "video") return null;
        var seconds = Math.Min(3, facts.DurationSeconds ?? 3).ToString("0.###", CultureInfo.InvariantCulture);
        return await MakeAsync(".gif", ["-t", seconds, .. await InputAsync(path, ct), "-filter_complex", $"[0:V:0]{Gif}", "-loop", "0", "-map_metadata", "-1"], ct);
    }

    /// <summary>Two threads: each takes address space for its frames, which is limited.</summary>
    async Task<IReadOnlyList<string>> InputAsync(string path, CancellationToken ct) =>
        ["-threads", "2", .. FfmpegInput.Untrusted(path, await MagicBytes.SniffAsync(path, ct), options.Value.Media)];

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
