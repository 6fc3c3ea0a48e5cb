namespace VideoGen.Ffmpeg.Probing;

/// <summary>
/// The frame rate of the parts of a video that move. A screen recording or a slide show that stands still for a while is not slower for it.
/// </summary>
internal static class MovingRate
{
    /// <summary>What is this slow does not move.</summary>
    const double SlowestInterval = 1.5;

    /// <summary>Two frames this close are one and the second is hidden, or a fault.</summary>
    const double ShortestInterval = 1.0 / 300;

    /// <summary>How far a stretch of movement may be off at its two ends together, by the coarsest clocks there are.</summary>
    const double ClockTick = 0.0012;

    static readonly double[] Usual = [5, 6, 7.5, 8, 10, 12, 12.5, 15, 16, 20, 24_000 / 1001.0, 24, 25, 30_000 / 1001.0, 30, 48, 50,
        60_000 / 1001.0, 60, 90, 100, 120, 144, 240];

    /// <summary>Null when hardly anything moves.</summary>
    /// <param name="pictures">When the frames come, in order.</param>
    /// <param name="declared">What the header says, which is more exact where it is right.</param>
    public static double? Of(IReadOnlyList<double> pictures, params ReadOnlySpan<double?> declared)
    {
        if (pictures.Count < 2) return declared.Length > 0 ? declared[0] : null;
        var intervals = new List<double>(pictures.Count);
        for (var at = 1; at < pictures.Count; at++)
            if (pictures[at] - pictures[at - 1] is >= ShortestInterval and var interval) intervals.Add(interval);
        if (intervals.Count == 0) return null;
        intervals.Sort();
        var usual = intervals[intervals.Count / 2];
        if (usual > SlowestInterval) return null;

        // Clocks of a millisecond make 33, 33, 34 of a thirtieth of a second: only a mean is exact.
        var (count, sum, runs, isMoving) = (0, 0.0, 0, false);
        for (var at = 1; at < pictures.Count; at++)
        {
            var interval = pictures[at] - pictures[at - 1];
            if (interval < ShortestInterval) continue;
            var moves = interval >= usual * 0.4 && interval <= usual * 1.6;
            if (moves) (count, sum) = (count + 1, sum + interval);
            if (moves && !isMoving) runs++;
            isMoving = moves;
        }
        return Exact(count / sum, Math.Clamp(ClockTick * runs / sum, 0.0004, 0.03), declared);
    }

    static double Exact(double measured, double tolerance, ReadOnlySpan<double?> declared)
    {
        foreach (var one in declared)
            if (one is { } rate && Math.Abs(rate - measured) <= measured * tolerance) return rate;
        var nearest = Usual.MinBy(rate => Math.Abs(rate - measured));
        return Math.Round(Math.Abs(nearest - measured) <= measured * tolerance ? nearest : measured, 3);
    }
}
