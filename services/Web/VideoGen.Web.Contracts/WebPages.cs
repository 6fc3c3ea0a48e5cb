namespace VideoGen.Web.Contracts;

/// <summary>
/// Where Web's pages stand. Web maps them here, the gateway forwards these paths and nothing else to Web, and a dialect whose document has a page
/// lets them pass at its own host.
/// </summary>
public static class WebPages
{
    /// <summary>The jobs of the whole system, live.</summary>
    public const string Monitor = "/video-monitor";

    /// <summary>The same, where AI Studio's document has it for development.</summary>
    public const string StudioMonitor = "/AIStudio/video-monitor";

    /// <summary>What every page needs: the sign-in, and files such as scripts.</summary>
    public const string Shared = "/web";

    /// <summary>Under <see cref="Shared"/>; takes the credentials of the form.</summary>
    public const string SignIn = Shared + "/sign-in";

    /// <summary>Below a monitor: its event stream.</summary>
    public const string Live = "/live";

    /// <summary>For programs: the Model Context Protocol.</summary>
    public const string Mcp = "/mcp";

    /// <summary>The pages to look at. Who signs in may return to one of these.</summary>
    public static IReadOnlyList<string> Monitors { get; } = [Monitor, StudioMonitor];

    /// <summary>Every prefix.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Monitors, Shared];
}
