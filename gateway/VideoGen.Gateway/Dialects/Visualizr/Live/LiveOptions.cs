using System.ComponentModel.DataAnnotations;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>The WebSocket of one gateway process. Section <c>Dialects:Visualizr:Live</c>. How many there may be is <c>Gateway:Limits:MaxSockets</c>.</summary>
internal sealed class LiveOptions
{
    public const string Section = "Dialects:Visualizr:Live";

    /// <summary>Open sockets of one account; more are refused with 429. Default 1000.</summary>
    [Range(1, 1_000_000)]
    public int SocketsPerAccount { get; set; } = 1000;

    /// <summary>Requests that one socket follows at once. Default 1000.</summary>
    [Range(1, 100_000)]
    public int SubscriptionsPerSocket { get; set; } = 1000;

    /// <summary>The largest message of a client; a larger one closes the socket with 1009. Default 4 KB.</summary>
    [Range(256, 64 * 1024)]
    public int MaxMessageBytes { get; set; } = 4096;

    /// <summary>How often a followed job is looked at though nothing was heard of it: how late a lost event is made up for. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Recheck { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the credentials of open sockets are looked at; a revocation that is heard of works at once. Default 4 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan CredentialCheck { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>A ping after so much silence; a client that does not answer it in the same time is gone. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A client that takes nothing for so long is cut off; it gets what it missed when it subscribes anew. Default 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromMinutes(2);
}
