using System.Globalization;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>What was asked of a render, for its result is measured. Null for what was not asked.</summary>
internal sealed record WantedResult(string Kind)
{
    /// <summary>Codecs of sound end with a whole packet; that many seconds it may be off.</summary>
    const double SoundTolerance = 0.06;

    public (int Width, int Height)? Size { get; init; }

    /// <summary>Pictures, exactly.</summary>
    public int? Frames { get; init; }

    public double? PictureSeconds { get; init; }

    /// <summary>Null also for silence.</summary>
    public double? SoundSeconds { get; init; }

    /// <summary>What is wrong, for the operator; null when the file is what was asked for.</summary>
    public string? Fault(ProbeResult measured)
    {
        if (measured is not ProbeResult.Ok { Facts: var facts }) return $"the result can't be read: "
            + $"{(measured as ProbeResult.Refused)?.Reason}";
        if (facts.Kind != Kind) return $"the result is of kind {facts.Kind}, not {Kind}";
        if (Size is { } size && (facts.Width, facts.Height) != (size.Width,
            size.Height)) return $"the picture is {facts.Width} × {facts.Height}, not {size.Width} × {size.Height}";
        if (Kind == "image") return null;
        if (facts.HasAudio != SoundSeconds is not null) return facts.HasAudio ? "the result has sound" : "the result has no sound";
        if (Frames is { } frames && facts.Frames != frames) return $"the result has {facts.Frames} frames, not {frames}";
        var timeline = facts.Timeline!;
        var frame = PictureSeconds / Frames ?? 0;
        double? seen = timeline.Pictures is [var first, ..] ? timeline.PictureEnd - first : null;
        return Off("picture", seen, PictureSeconds, frame) ?? Off("sound", timeline.Sound?.End - timeline.Sound?.Start, SoundSeconds,
            Math.Max(frame, SoundTolerance));
    }

    static string? Off(string what, double? made, double? wanted, double tolerance) => wanted is { } seconds && !(Math.Abs((made
        ?? 0) - seconds) <= tolerance + 0.001)
        ? string.Create(CultureInfo.InvariantCulture, $"the {what} lasts {made:0.###} s, not {seconds:0.###} s")
        : null;
}
