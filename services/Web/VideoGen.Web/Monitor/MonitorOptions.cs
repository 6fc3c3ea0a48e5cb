using System.ComponentModel.DataAnnotations;

namespace VideoGen.Web.Monitor;

/// <summary>Section <c>Web:Monitor</c>.</summary>
internal sealed class MonitorOptions
{
    public const string Section = "Web:Monitor";

    /// <summary>
    /// True opens the page to everybody who reaches the gateway, without a sign-in: prompts and results of every customer included.
    /// Default false.
    /// </summary>
    public bool Open { get; set; }

    /// <summary>Open streams in one process; more are refused with 503. Default 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxStreams { get; set; } = 1000;

    /// <summary>How often Jobs is asked for changes that no message told of, while somebody watches. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Sweep { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stream is silent before it sends a comment, and how often it looks whether its reader still may watch. Default 2.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(2.5);

    /// <summary>How long a browser may take nothing of what was sent before its stream is closed. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);
}
