namespace VideoGen.Web.Contracts;

/// <summary>
/// Where Web's pages stand. Web maps them here, the gateway forwards these paths and nothing else to Web, and a dialect whose document has a page
/// lets that one pass at its own host.
/// </summary>
public static class WebPages
{
    /// <summary>The studio; for who has not signed in, the way there. Programs get the gateway's index at the same address.</summary>
    public const string Home = "/";

    /// <summary>Parts of the studio, and the choice of a model.</summary>
    public const string Studio = "/studio";

    /// <summary>Below the studio: the stream of the account's own jobs.</summary>
    public const string StudioLive = Studio + Live;

    /// <summary>Below the studio: takes a file.</summary>
    public const string StudioUploads = Studio + "/uploads";

    /// <summary>The account's jobs.</summary>
    public const string Jobs = "/jobs";

    /// <summary>Credits, keys, webhooks.</summary>
    public const string Account = "/account";

    /// <summary>For operators: throughput, vendors, dead letters, the catalogue, accounts.</summary>
    public const string Operator = "/operator";

    /// <summary>The jobs of the whole system, live.</summary>
    public const string Monitor = "/video-monitor";

    /// <summary>The same, where AI Studio's document has it for development.</summary>
    public const string StudioMonitor = "/AIStudio/video-monitor";

    /// <summary>What every page needs: the sign-in, and files such as scripts.</summary>
    public const string Shared = "/web";

    /// <summary>Under <see cref="Shared"/>; takes the credentials of the form.</summary>
    public const string SignIn = Shared + "/sign-in";

    /// <summary>Under <see cref="Shared"/>; opens an account.</summary>
    public const string SignUp = Shared + "/sign-up";

    /// <summary>Below a monitor: its event stream.</summary>
    public const string Live = "/live";

    /// <summary>For programs: the Model Context Protocol.</summary>
    public const string Mcp = "/mcp";

    /// <summary>The operators' pages. Who signs in may return to one of these.</summary>
    public static IReadOnlyList<string> Monitors { get; } = [Monitor, StudioMonitor];

    /// <summary>What a dialect's own host shows: a monitor, and what that needs.</summary>
    public static IReadOnlyList<string> OfMonitors { get; } = [.. Monitors, Shared];
}
