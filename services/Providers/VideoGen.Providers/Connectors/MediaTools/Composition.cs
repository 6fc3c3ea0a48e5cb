namespace VideoGen.Providers.Connectors.MediaTools;

/// <summary>What is joined, decided before anything is drawn.</summary>
/// <param name="Frames">How many each clip gets.</param>
/// <param name="FadeFrames">How many two neighbours share; 0 for hard cuts.</param>
internal sealed record Composition(IReadOnlyList<ToolInput> Clips, FrameRate Rate, IReadOnlyList<int> Frames, int FadeFrames)
{
    public (int Width, int Height) Size => Clips[0].EvenSize;

    public bool HasSound => Clips.Any(clip => clip.Facts.HasAudio);

    public double Seconds => Rate.Seconds(Frames.Sum() - (FadeFrames * (Clips.Count - 1)));

    /// <param name="fadeSeconds">0 for hard cuts; never more than half of the shortest clip.</param>
    public static Composition Of(IReadOnlyList<ToolInput> clips, double fadeSeconds)
    {
        // A first clip that stands still has no rate of its own that would do for one that moves.
        var rate = clips[0].MovingFps is null && clips.Max(clip => clip.MovingFps) is { } moving ? FrameRate.Of(moving) : clips[0].Rate;
        // Rounded at every border and not for every clip, so that ten clips are as exact as one.
        var (frames, end) = (new List<int>(), 0.0);
        foreach (var clip in clips)
        {
            end += clip.Seconds;
            frames.Add(Math.Max(1, (int)Math.Round(end * rate.Fps) - frames.Sum()));
        }
        return new Composition(clips, rate, frames, (int)Math.Min(Math.Round(fadeSeconds * rate.Fps), frames.Min() / 2));
    }
}
