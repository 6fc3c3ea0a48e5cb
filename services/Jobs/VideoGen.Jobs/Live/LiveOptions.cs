using System.ComponentModel.DataAnnotations;

namespace VideoGen.Jobs.Live;

/// <summary>Section <c>Jobs:Live</c>.</summary>
internal sealed class LiveOptions
{
    public const string Section = "Jobs:Live";

    /// <summary>How often a stream looks at the feed when nothing woke it: how late a lost wake-up makes an event. Default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a stream stays silent before it sends a comment, so that proxies keep it open. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Open streams of one account in one process; more are refused with 429. Default 100.</summary>
    [Range(1, 100_000)]
    public int StreamsPerAccount { get; set; } = 100;
}
