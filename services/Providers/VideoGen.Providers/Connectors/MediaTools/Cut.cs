using System.Globalization;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Providers.Connectors.MediaTools;

/// <summary>A piece of a video, in seconds from its start.</summary>
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
        if (start > total - Shortest) return (null, string.Create(CultureInfo.InvariantCulture,
            $"start_seconds is {start}, but the video is only {total:0.###} seconds long."));
        if (stop - start < Shortest) return (null, "end_seconds must lie after start_seconds.");
        return (new Cut(start, stop - start), null);
    }

    /// <summary>
    /// A cut between two frames begins, for picture and sound alike, with the frame that is on the screen. A frame that has stood
    /// there for longer (a slide, a screen recording) goes on standing until the next one comes, and nothing is moved.
    /// </summary>
    public Cut Snapped(MediaTimeline timeline, FrameRate rate)
    {
        var frame = 1 / rate.Fps;
        var start = timeline.Origin + Start;
        if (timeline.PictureAt(start) is { } shown && shown <= start
            && start - shown < frame * 0.999) return this with { Start = shown - timeline.Origin };
        // The first frame of the result is the one that stands; the next one must not be rounded into its place.
        return timeline.PictureAfter(start) is { } next && next - start < frame / 2 ? this with { Start = Math.Max(0,
            next - (frame * 0.51) - timeline.Origin) } : this;
    }
}
