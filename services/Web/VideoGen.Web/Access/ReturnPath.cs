namespace VideoGen.Web.Access;

/// <summary>Where to go after signing in: a page of ours, by its exact name. Anything else is the monitor.</summary>
internal static class ReturnPath
{
    public const string Default = "/video-monitor";

    static readonly string[] Pages = [Default, "/AIStudio/video-monitor"];

    public static string Of(string? wished) => Pages.FirstOrDefault(page => page == wished) ?? Default;
}
