using System.Globalization;
using System.Text;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Pictures;

namespace VideoGen.Providers.Connectors.MediaTools;

/// <summary>
/// The tools' calls of ffmpeg, as pure functions. Inputs keep their own clocks (<c>-copyts</c>), and every filter counts from the
/// time that the measured timeline gives: ffmpeg's own cutting drops the frame that is on the screen and forgets where a late sound
/// belongs.
/// </summary>
/// <param name="Preset">x264 preset.</param>
internal sealed record MediaToolsArguments(string Preset)
{
    const int SampleRate = 48000;

    /// <summary>Beginning at a key frame saves decoding what lies before it; not worth it for less than this, in seconds.</summary>
    const double WorthSeeking = 5;

    /// <summary>Less than any distance between frames, and more than rounding.</summary>
    const double JustBefore = 0.0004;

    /// <summary>Containers whose seeking can be trusted.</summary>
    static readonly string[] SeekableDemuxers = ["mov", "matroska"];

    static readonly string[] Sound = ["-c:a", "aac", "-b:a", "128k", "-ac", "2"];

    /// <summary>Cuts by encoding anew: copying could begin at key frames only. Sound is kept where there is some.</summary>
    /// <param name="cut">Snapped to the frames.</param>
    /// <param name="frames">How many frames the piece has.</param>
    public IReadOnlyList<string> Trim(ToolInput video, Cut cut, int frames)
    {
        var (rate, origin) = (video.Rate, video.Timeline.Origin);
        var length = rate.Seconds(frames);
        var first = video.Timeline.PictureAt(origin + cut.Start)!.Value;
        var hasSound = video.Facts.HasAudio;
        var graph = new StringBuilder($"[0:V:0]trim=start={Number(first - JustBefore)}:end={Number(origin + cut.Start + length + 1)},");
        AppendPicture(graph, video, origin + cut.Start, video.EvenSize, rate, frames).Append("[v]");
        if (hasSound) AppendSound(graph.Append(';'), video, 0, cut.Start, length).Append("[a]");
        return [.. Input(video, first), "-filter_complex", graph.ToString(), .. Movie(hasSound)];
    }

    /// <summary>
    /// Joins clips of any size, rate and sound. Each is fitted into the first one's frame and made exactly as many frames long as it
    /// should be.
    /// </summary>
    public IReadOnlyList<string> Compose(Composition plan)
    {
        var graph = new StringBuilder();
        for (var at = 0; at < plan.Clips.Count; at++) AppendClip(graph, plan, at);
        if (plan.FadeFrames > 0) AppendFades(graph, plan);
        else AppendCuts(graph, plan);
        return ["-copyts", .. plan.Clips.SelectMany(clip => FfmpegInput.Untrusted(clip.Path, clip.Facts.Format)), "-filter_complex",
            graph.ToString(), .. Movie(plan.HasSound)];
    }

    /// <summary>The frame that is on the screen at a time.</summary>
    /// <param name="shown">When it came there, by the file's own clock; null for the last frame of a file whose packets tell of no such
    /// frame.</param>
    public static IReadOnlyList<string> Frame(ToolInput video, double? shown, string format)
    {
        var size = (video.Facts.Width!.Value, video.Facts.Height!.Value);
        var look = format == "jpeg" ? PictureFilters.ToJpeg(video.Picture, size) : PictureFilters.ToRgb(video.Picture, size);
        string[] output = ["-vsync", "passthrough", "-update", "1", .. format == "jpeg" ? (string[])["-q:v", "2"] : []];
        if (shown is not { } time) return [.. Input(video, seekTo: null), "-map", "0:V:0", "-vf", look, .. output];
        var filter = $"select=gte(t\\,{Number(time - JustBefore)}),{look}";
        return [.. Input(video, time), "-map", "0:V:0", "-vf", filter, "-frames:v", "1", .. output];
    }

    /// <summary>The sound as long as the video, silence where it has none: laid under the picture again it fits.</summary>
    public static IReadOnlyList<string> Audio(ToolInput video, string format)
    {
        var graph = new StringBuilder();
        AppendTimed(graph, video, input: 0, start: 0, video.Seconds, resample: "");
        return ["-copyts", .. FfmpegInput.Untrusted(video.Path, video.Facts.Format), "-filter_complex", graph.Append("[a]").ToString(),
            "-map", "[a]", .. Codec(format), "-map_metadata", "-1"];
    }

    static string[] Input(ToolInput video, double? seekTo)
    {
        var from = seekTo is { } time ? video.Timeline.KeyBefore(time) - video.Timeline.ClockStart : 0;
        var seeks = from > WorthSeeking && SeekableDemuxers.Contains(video.Facts.Format.Demuxer, StringComparer.Ordinal);
        return ["-copyts", .. seeks ? (string[])["-noaccurate_seek", "-ss", Number(from)] : [], .. FfmpegInput.Untrusted(video.Path,
            video.Facts.Format)];
    }

    string[] Movie(bool hasSound) =>
    [
        "-map", "[v]", .. hasSound ? (string[])["-map", "[a]", .. Sound] : [], "-c:v", "libx264", "-preset", Preset, "-crf", "20",
        "-movflags", "+faststart", "-map_metadata", "-1",
    ];

    static void AppendClip(StringBuilder graph, Composition plan, int at)
    {
        var (clip, frames) = (plan.Clips[at], plan.Frames[at]);
        graph.Append(CultureInfo.InvariantCulture, $"[{at}:V:0]");
        AppendPicture(graph, clip, clip.Timeline.Origin, clip.Fit(plan.Size), plan.Rate, frames)
            .Append(CultureInfo.InvariantCulture, $",pad={plan.Size.Width}:{plan.Size.Height}:(ow-iw)/2:(oh-ih)/2,settb=AVTB[v{at}];");
        if (plan.HasSound) AppendSound(graph, clip, at, start: 0, plan.Rate.Seconds(frames)).Append(CultureInfo.InvariantCulture,
            $"[a{at}];");
    }

    /// <summary>
    /// Exactly so many frames: the first holds from the start, the last until the end. Counted in microseconds, for clocks that
    /// tick once a frame round a frame into the place of another.
    /// </summary>
    /// <param name="zero">What becomes the start, by the file's own clock.</param>
    static StringBuilder AppendPicture(StringBuilder graph, ToolInput clip, double zero, (int Width, int Height) size, FrameRate rate,
        int frames) =>
        graph.Append(CultureInfo.InvariantCulture,
            $"settb=AVTB,setpts=round(PTS-({Number(zero)})/TB),{PictureFilters.ToBt709(clip.Picture, size)},")
            .Append(CultureInfo.InvariantCulture, $"fps={rate}:start_time=0,")
            .Append(CultureInfo.InvariantCulture, $"tpad=stop=-1:stop_mode=clone,trim=end_frame={frames},setpts=PTS-STARTPTS");

    static StringBuilder AppendSound(StringBuilder graph, ToolInput clip, int input, double start, double length)
    {
        if (clip.SoundsBetween(start, start + length)) AppendTimed(graph, clip, input, start, length, $"{SampleRate}:");
        else graph.Append(CultureInfo.InvariantCulture, $"anullsrc=r={SampleRate}:cl=stereo,atrim=end={Number(length)}");
        return graph.Append(",aformat=sample_fmts=fltp:channel_layouts=stereo");
    }

    /// <summary>Every sample at its time, silence where there is none, exactly so long.</summary>
    static void AppendTimed(StringBuilder graph, ToolInput clip, int input, double start, double length, string resample) =>
        graph.Append(CultureInfo.InvariantCulture, $"[{input}:a:0]asetpts=PTS-({Number(clip.Timeline.Origin + start)})/TB,")
            .Append(CultureInfo.InvariantCulture,
                $"atrim=start=0:end={Number(length)},aresample={resample}async=1:first_pts=0:min_hard_comp=0.03,")
            .Append(CultureInfo.InvariantCulture, $"apad=whole_dur={Number(length)},atrim=end={Number(length)}");

    static void AppendCuts(StringBuilder graph, Composition plan)
    {
        for (var at = 0; at < plan.Clips.Count; at++) graph.Append(CultureInfo.InvariantCulture, $"[v{at}]").Append(plan.HasSound
            ? $"[a{at}]" : "");
        graph.Append(CultureInfo.InvariantCulture, $"concat=n={plan.Clips.Count}:v=1:a={(plan.HasSound ? 1 : 0)}[v]").Append(
            plan.HasSound ? "[a]" : "");
    }

    /// <summary>Each fade begins its own length before the end of what has been joined so far.</summary>
    static void AppendFades(StringBuilder graph, Composition plan)
    {
        var fade = Number(plan.Rate.Seconds(plan.FadeFrames));
        var joined = plan.Frames[0];
        for (var at = 1; at < plan.Clips.Count; at++)
        {
            var (left, right) = (at == 1 ? "0" : $"x{at - 1}", at == plan.Clips.Count - 1 ? "" : $"x{at}");
            var offset = Number(plan.Rate.Seconds(joined - plan.FadeFrames));
            graph.Append(CultureInfo.InvariantCulture, $"[v{left}][v{at}]xfade=transition=fade:duration={fade}:offset={offset}[v{right}];");
            if (plan.HasSound) graph.Append(CultureInfo.InvariantCulture, $"[a{left}][a{at}]acrossfade=d={fade}[a{right}];");
            joined += plan.Frames[at] - plan.FadeFrames;
        }

        graph.Length--;
    }

    static string[] Codec(string format) => format switch
    {
        "wav" => ["-c:a", "pcm_s16le"],
        "mp3" => ["-c:a", "libmp3lame", "-b:a", "192k"],
        _ => ["-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart"],
    };

    static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
