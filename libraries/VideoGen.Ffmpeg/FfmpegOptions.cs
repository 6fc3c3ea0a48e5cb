using System.ComponentModel.DataAnnotations;

namespace VideoGen.Ffmpeg;

/// <summary>Where ffmpeg is and what one call of it may use. Section <c>Ffmpeg</c>.</summary>
public sealed class FfmpegOptions
{
    public const string Section = "Ffmpeg";

    /// <summary>Path or name of ffmpeg. Default <c>ffmpeg</c>, found on the path.</summary>
    [Required]
    public string FfmpegPath { get; set; } = "ffmpeg";

    /// <summary>Path or name of ffprobe. Default <c>ffprobe</c>, found on the path.</summary>
    [Required]
    public string FfprobePath { get; set; } = "ffprobe";

    /// <summary>
    /// The font for captions. ffmpeg falls back to any font without a word when this file is missing, so it is checked at start
    /// by whoever needs it (<c>AddFfmpeg(needsFont: true)</c>). Default DejaVu Sans where Debian puts it.
    /// </summary>
    [Required]
    public string FontFile { get; set; } = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

    /// <summary>How many ffmpeg processes may run at once; further calls wait, and waiting counts against no time limit. Default: the cores, at least 2.</summary>
    [Range(1, 256)]
    public int MaxConcurrent { get; set; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Limits of a call that does not bring its own.</summary>
    public FfmpegLimits Limits { get; set; } = new();

    /// <summary>What a file may be at most before it is decoded at all.</summary>
    public MediaLimits Media { get; set; } = new();
}

/// <summary>What one process may use. Each is enforced by the kernel or by the clock, not by trust.</summary>
public sealed record FfmpegLimits
{
    /// <summary>Wall-clock time from start to end. Default 10 minutes.</summary>
    public TimeSpan WallClock { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Processor time of all threads together (RLIMIT_CPU). Default 20 minutes.</summary>
    public TimeSpan Cpu { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Address space in bytes (RLIMIT_AS). Default 4 GiB.</summary>
    public long MemoryBytes { get; init; } = 4L << 30;

    /// <summary>Size of any file it writes, in bytes (RLIMIT_FSIZE). Default 4 GiB.</summary>
    public long FileBytes { get; init; } = 4L << 30;

    /// <summary>
    /// For looking at a file: probing, proving that it decodes, a thumbnail. 30 s of processor, 2 GiB, 64 MiB; and 2 minutes of
    /// wall-clock time, so that a busy machine does not make good files bad.
    /// </summary>
    public static FfmpegLimits Check { get; } = new()
    {
        WallClock = TimeSpan.FromMinutes(2),
        Cpu = TimeSpan.FromSeconds(30),
        MemoryBytes = 2L << 30,
        FileBytes = 64L << 20,
    };
}

/// <summary>The largest media that the system takes, from users and vendors alike.</summary>
public sealed record MediaLimits
{
    /// <summary>Pixels of the longer side. Default 8192.</summary>
    public int MaxSide { get; init; } = 8192;

    /// <summary>Pixels of one frame. Default 40 million; ffmpeg refuses to decode more.</summary>
    public int MaxPixels { get; init; } = 40_000_000;

    /// <summary>How long a file may play. Default 2 hours.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Streams in one file: pictures, sounds, subtitles. Default 16.</summary>
    public int MaxStreams { get; init; } = 16;
}
