using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Providers.Connectors.MediaTools;

/// <summary>A video that a tool works on. Times without another word count from the video's start, wherever its clock begins.</summary>
internal sealed record ToolInput(string Path, MediaFacts Facts)
{
    const double StillFps = 25;
    const double SlowestFps = 5;
    const double FastestFps = 60;

    public double Seconds => Facts.DurationSeconds ?? 0;

    public MediaTimeline Timeline => Facts.Timeline!;

    public PictureFacts Picture => Facts.Picture!;

    /// <summary>Of the parts that move; null when hardly anything does, so that another clip's may be better.</summary>
    public double? MovingFps => Facts.Fps is { } fps and >= SlowestFps ? Math.Min(fps, FastestFps) : null;

    public FrameRate Rate => FrameRate.Of(MovingFps ?? StillFps);

    /// <summary>As shown, with even sides, which x264 needs.</summary>
    public (int Width, int Height) EvenSize => (Even(Facts.Width!.Value), Even(Facts.Height!.Value));

    /// <summary>The largest even size of this shape within a frame.</summary>
    public (int Width, int Height) Fit((int Width, int Height) frame)
    {
        var scale = Math.Min((double)frame.Width / Facts.Width!.Value, (double)frame.Height / Facts.Height!.Value);
        return (Math.Min(frame.Width, Nearest(Facts.Width.Value * scale)), Math.Min(frame.Height, Nearest(Facts.Height.Value * scale)));
    }

    /// <summary>True when something can be heard between the two times.</summary>
    public bool SoundsBetween(double start, double end)
    {
        const double least = 0.001;
        return Timeline.Sound is { } sound && sound.Start - Timeline.Origin < end - least && sound.End - Timeline.Origin > start + least;
    }

    static int Even(int pixels) => Math.Max(2, pixels / 2 * 2);

    static int Nearest(double pixels) => Math.Max(2, (int)Math.Round(pixels / 2) * 2);
}

/// <summary>Frames a second as the fraction that it is: 29.97 is 30000/1001.</summary>
internal readonly record struct FrameRate(int Above, int Below)
{
    public double Fps => (double)Above / Below;

    public static FrameRate Of(double fps)
    {
        var whole = (int)Math.Round(fps);
        if (Math.Abs(fps - whole) < 0.0005) return new FrameRate(whole, 1);
        var ntsc = (int)Math.Round(fps * 1.001);
        return Math.Abs(fps - (ntsc / 1.001)) < 0.001 ? new FrameRate(ntsc * 1000, 1001) : new FrameRate((int)Math.Round(fps * 1000), 1000);
    }

    /// <summary>How many frames a time lasts, at least one.</summary>
    public int Frames(double seconds) => Math.Max(1, (int)Math.Round(seconds * Fps));

    public double Seconds(int frames) => (double)frames * Below / Above;

    public override string ToString() => FormattableString.Invariant($"{Above}/{Below}");
}
