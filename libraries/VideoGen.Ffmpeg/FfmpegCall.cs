namespace VideoGen.Ffmpeg;

/// <summary>One run of ffmpeg.</summary>
/// <param name="Arguments">Inputs, filters and codec options, without the output name and without the options that the runner sets itself.</param>
public sealed record FfmpegCall(IReadOnlyList<string> Arguments)
{
    /// <summary>
    /// The file to make, or null when the arguments say where the output goes (<c>-f null -</c>). It appears under this name only
    /// when it is whole: ffmpeg writes beside it under another name with the same extension.
    /// </summary>
    public string? Output { get; init; }

    /// <summary>How long the output will be, for <see cref="FfmpegProgress.Percent"/>; null when unknown.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Limits of this run; those of <see cref="FfmpegOptions"/> when null.</summary>
    public FfmpegLimits? Limits { get; init; }

    /// <summary>The folder that the process runs in, for filters that name files relative to it; the output's folder when null.</summary>
    public string? WorkFolder { get; init; }
}

/// <summary>How far a run is. Comes about twice a second, and once at the end.</summary>
/// <param name="Percent">0 to 100, or null when the call did not say how long its output is.</param>
/// <param name="Position">How much of the output is written, in its own time.</param>
/// <param name="Frames">Video frames written.</param>
/// <param name="Ended">True for the last one.</param>
public sealed record FfmpegProgress(int? Percent, TimeSpan Position, long Frames, bool Ended);

/// <summary>How a run ended. Anything but <see cref="Ok"/> leaves no output.</summary>
public abstract record FfmpegResult
{
    /// <summary>Exit code 0, and the output exists and is not empty.</summary>
    /// <param name="Frames">Video frames written in all.</param>
    /// <param name="Position">Length of what was written.</param>
    public sealed record Ok(TimeSpan Elapsed, long Frames, TimeSpan Position) : FfmpegResult
    {
        /// <summary>The last lines of its standard error: faults that it got over.</summary>
        public IReadOnlyList<string> Complaints { get; init; } = [];
    }

    /// <summary>ffmpeg refused, failed, broke a limit (128 + signal), or wrote nothing.</summary>
    /// <param name="Errors">The last lines of its standard error; may name files, so not for customers.</param>
    public sealed record Failed(int ExitCode, IReadOnlyList<string> Errors) : FfmpegResult
    {
        public override string ToString() => $"exit code {ExitCode}: {string.Join(" | ", Errors)}";
    }

    /// <summary>It ran longer than its wall-clock limit and was killed.</summary>
    public sealed record TimedOut(TimeSpan Limit) : FfmpegResult;

    /// <summary>The caller's token was cancelled and the process was killed.</summary>
    public sealed record Cancelled : FfmpegResult;
}
