namespace VideoGen.Ffmpeg.Probing;

/// <summary>
/// When a file shows and sounds, read from all of its packets, not from its header. Times are the file's own, whose clock may begin
/// anywhere;
/// what people call the start of the file is <see cref="Origin"/>.
/// </summary>
public sealed class MediaTimeline
{
    /// <summary>
    /// Sound that begins this little before the picture is what a codec needs to get going, not something to hear: the picture's start
    /// is the file's.
    /// </summary>
    const double PreRollSeconds = 0.1;

    readonly double[] _pictures;
    readonly double[] _keys;

    internal MediaTimeline(double clockStart, double[] pictures, double[] keys, double? pictureEnd, Span? sound, double shownUntil)
    {
        (ClockStart, _pictures, _keys, PictureEnd, Sound) = (clockStart, pictures, keys, pictureEnd, sound);
        var (firstPicture, firstSound) = (pictures.Length > 0 ? pictures[0] : (double?)null, sound?.Start);
        Origin = firstPicture is { } seen && firstSound is { } heard && heard < seen && seen - heard > PreRollSeconds ? heard
            : firstPicture ?? firstSound ?? 0;
        End = shownUntil;
    }

    /// <summary>What ffmpeg takes for the file's start when it seeks: the container's own word.</summary>
    public double ClockStart { get; }

    /// <summary>Where the file begins: its first picture, or its first sound when that comes earlier.</summary>
    public double Origin { get; }

    /// <summary>Where it ends: with the last picture or the last sound, whichever ends later.</summary>
    public double End { get; }

    public double Seconds => Math.Max(0, End - Origin);

    /// <summary>When each frame comes onto the screen, in order.</summary>
    public IReadOnlyList<double> Pictures => _pictures;

    public double? PictureEnd { get; }

    /// <summary>Null without sound, and when the stream of sound is empty.</summary>
    public Span? Sound { get; }

    /// <summary>
    /// When the frame came onto the screen that is on it at this time; the first one for earlier times. Null without pictures.
    /// </summary>
    public double? PictureAt(double time)
    {
        const double rounding = 1e-6;
        if (_pictures.Length == 0) return null;
        return _pictures[Math.Max(0, CountUpTo(_pictures, time + rounding) - 1)];
    }

    /// <summary>When the next frame after this time comes; null when none does.</summary>
    public double? PictureAfter(double time)
    {
        var count = CountUpTo(_pictures, time);
        return count < _pictures.Length ? _pictures[count] : null;
    }

    /// <summary>The latest frame at or before this time from which decoding can begin; the file's start without one.</summary>
    public double KeyBefore(double time)
    {
        var count = CountUpTo(_keys, time);
        return count == 0 ? Origin : _keys[count - 1];
    }

    /// <summary>How many of the sorted values are at most this.</summary>
    static int CountUpTo(double[] sorted, double limit)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] <= limit) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>A stretch of time.</summary>
    public sealed record Span(double Start, double End);
}
