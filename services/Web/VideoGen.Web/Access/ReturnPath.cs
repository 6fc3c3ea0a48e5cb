using VideoGen.Web.Contracts;

namespace VideoGen.Web.Access;

/// <summary>Where to go after signing in: a page of ours, by its exact name. Anything else is the monitor.</summary>
internal static class ReturnPath
{
    public static string Of(string? wished) => WebPages.Monitors.FirstOrDefault(page => page == wished) ?? WebPages.Monitor;
}
