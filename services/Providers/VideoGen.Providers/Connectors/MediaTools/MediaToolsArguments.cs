using System.Globalization;
using System.Text;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Providers.Connectors.MediaTools;

/// <summary>A file that a tool works on.</summary>
internal sealed record ToolInput(string Path, MediaFacts Facts)
{
    public double Seconds => Facts.DurationSeconds ?? 0;

    public double Fps => Math.Clamp(Facts.Fps ?? 24, 1, 60);
}

/// <summary>The tools' calls of ffmpeg, as pure functions.</summary>
/// <param name="Preset">x264 preset.</param>
internal sealed record MediaToolsArguments(string Preset)
{
    /// <summary>x264 with yuv420p needs even sides.</summary>
    const string EvenSides = "scale=trunc(iw/2)*2:trunc(ih/2)*2";

    static readonly string[] Sound = ["-c:a", "aac", "-b:a", "128k", "-ac", "2"];

    /// <summary>Cuts by encoding anew: copying could begin at key frames only. Sound is kept where there is some.</summary>
    public IReadOnlyList<string> Trim(ToolInput video, Cut cut) =>
    [
        "-ss", Number(cut.Start), .. FfmpegInput.Untrusted(video.Path), "-map", "0:V:0", "-map", "0:a:0?", "-t", Number(cut.Length),
        "-vf", EvenSides, .. Picture(), .. Sound, "-movflags", "+faststart", "-map_metadata", "-1",
    ];

    /// <summary>Joins clips of any size, rate and sound. Each is fitted into the first one's frame and made exactly as long as its picture says.</summary>
    /// <param name="fadeSeconds">0 for hard cuts.</param>
    public IReadOnlyList<string> Compose(IReadOnlyList<ToolInput> clips, double fadeSeconds)
    {
        var hasSound = clips.Any(clip => clip.Facts.HasAudio);
        var graph = new StringBuilder();
        for (var at = 0; at < clips.Count; at++) AppendClip(graph, clips[at], at, clips[0], hasSound);
        if (fadeSeconds > 0) AppendFades(graph, clips, fadeSeconds, hasSound);
        else AppendCuts(graph, clips.Count, hasSound);
        return
        [
            .. clips.SelectMany(clip => FfmpegInput.Untrusted(clip.Path)), "-filter_complex", graph.ToString(), "-map", "[v]",
            .. hasSound ? (string[])["-map", "[a]"] : [], .. Picture(), .. hasSound ? Sound : [], "-movflags", "+faststart", "-map_metadata", "-1",
        ];
    }

    public static IReadOnlyList<string> FrameAt(ToolInput video, double seconds, string format) =>
        ["-ss", Number(seconds), .. FfmpegInput.Untrusted(video.Path), "-map", "0:V:0", "-frames:v", "1", "-update", "1", .. Quality(format)];

    /// <summary>Decodes the end of the video and writes each frame over the one before.</summary>
    /// <param name="tailSeconds">How much of the end; null for the whole video.</param>
    public static IReadOnlyList<string> LastFrame(ToolInput video, double? tailSeconds, string format) =>
    [
        .. tailSeconds is { } tail && tail < video.Seconds ? (string[])["-sseof", Number(-tail)] : [],
        .. FfmpegInput.Untrusted(video.Path), "-map", "0:V:0", "-update", "1", .. Quality(format),
    ];

    public static IReadOnlyList<string> Audio(ToolInput video, string format) =>
        [.. FfmpegInput.Untrusted(video.Path), "-map", "0:a:0", "-vn", .. Codec(format, video.Facts.AudioCodec), "-map_metadata", "-1"];

    string[] Picture() => ["-c:v", "libx264", "-preset", Preset, "-crf", "20", "-pix_fmt", "yuv420p"];

    static void AppendClip(StringBuilder graph, ToolInput clip, int at, ToolInput first, bool hasSound)
    {
        var (width, height) = (first.Facts.Width!.Value / 2 * 2, first.Facts.Height!.Value / 2 * 2);
        var (rate, length) = (Number(first.Fps), Number(clip.Seconds));
        graph.Append(CultureInfo.InvariantCulture, $"[{at}:V:0]scale={width}:{height}:force_original_aspect_ratio=decrease,")
            .Append(CultureInfo.InvariantCulture, $"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1,fps={rate},format=yuv420p,")
            .Append(CultureInfo.InvariantCulture, $"tpad=stop_mode=clone:stop_duration={length},trim=duration={length},setpts=PTS-STARTPTS,settb=AVTB[v{at}];");
        if (!hasSound) return;
        graph.Append(clip.Facts.HasAudio ? $"[{at}:a:0]aresample=48000,apad," : "anullsrc=r=48000:cl=stereo,")
            .Append(CultureInfo.InvariantCulture, $"aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=duration={length},asetpts=PTS-STARTPTS[a{at}];");
    }

    static void AppendCuts(StringBuilder graph, int clips, bool hasSound)
    {
        for (var at = 0; at < clips; at++) graph.Append(CultureInfo.InvariantCulture, $"[v{at}]").Append(hasSound ? $"[a{at}]" : "");
        graph.Append(CultureInfo.InvariantCulture, $"concat=n={clips}:v=1:a={(hasSound ? 1 : 0)}[v]").Append(hasSound ? "[a]" : "");
    }

    /// <summary>Each fade begins its own length before the end of what has been joined so far.</summary>
    static void AppendFades(StringBuilder graph, IReadOnlyList<ToolInput> clips, double fade, bool hasSound)
    {
        var joined = clips[0].Seconds;
        for (var at = 1; at < clips.Count; at++)
        {
            var (left, right) = (at == 1 ? "0" : $"x{at - 1}", at == clips.Count - 1 ? "" : $"x{at}");
            graph.Append(CultureInfo.InvariantCulture, $"[v{left}][v{at}]xfade=transition=fade:duration={Number(fade)}:offset={Number(joined - fade)}[v{right}];");
            if (hasSound) graph.Append(CultureInfo.InvariantCulture, $"[a{left}][a{at}]acrossfade=d={Number(fade)}[a{right}];");
            joined += clips[at].Seconds - fade;
        }

        graph.Length--;
    }

    static string[] Quality(string format) => format == "jpeg" ? ["-q:v", "2"] : [];

    static string[] Codec(string format, string? codec) => (format, codec) switch
    {
        ("wav", _) => ["-c:a", "pcm_s16le"],
        ("mp3", _) => ["-c:a", "libmp3lame", "-b:a", "192k"],
        (_, "aac") => ["-c:a", "copy", "-movflags", "+faststart"],
        _ => ["-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart"],
    };

    static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}

/// <summary>A piece of a video, in seconds.</summary>
internal readonly record struct Cut(double Start, double Length)
{
    /// <summary>Anything shorter than this may hold no frame at all.</summary>
    const double Shortest = 0.04;

    /// <summary>The piece within a video of this length, or a sentence that says why it can't be cut.</summary>
    public static (Cut? Cut, string? Fault) Of(double start, double? end, double? duration, double total)
    {
        if (end is { } e && duration is { } d && Math.Abs(start + d - e) > 0.001)
            return (null, "Give end_seconds or duration_seconds, not both.");
        var stop = Math.Min(total, end ?? start + (duration ?? total));
        if (start > total - Shortest) return (null, string.Create(CultureInfo.InvariantCulture, $"start_seconds is {start}, but the video is only {total:0.###} seconds long."));
        if (stop - start < Shortest) return (null, "end_seconds must lie after start_seconds.");
        return (new Cut(start, stop - start), null);
    }
}
