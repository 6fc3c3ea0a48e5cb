using System.Text.RegularExpressions;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Access;

/// <summary>Where to go after signing in: a page of ours, by its exact form. Anything else is the studio.</summary>
internal static partial class ReturnPath
{
    public static string Of(string? wished) =>
        wished is not null && (IsMonitor(wished) || Page().IsMatch(wished)) ? wished : WebPages.Home;

    /// <summary>True for a page that is for operators alone.</summary>
    public static bool IsMonitor(string path) => WebPages.Monitors.Contains(path, StringComparer.Ordinal);

    [GeneratedRegex(
        @"\A/(?:studio/models|jobs(?:/[0-9a-f-]{36})?|account(?:/[a-z]{1,20})?|operator(?:/[a-z-]{1,20}){0,2}(?:/[0-9a-f-]{36})?)\z",
        RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Page();
}
