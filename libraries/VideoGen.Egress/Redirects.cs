using System.Net;
using System.Text.RegularExpressions;

namespace VideoGen.Egress;

/// <summary>
/// Where a redirect leads. The Location header is taken as text and completed here: parsed by <see cref="Uri"/> alone,
/// <c>//host/x</c> becomes a file on some systems.
/// </summary>
static partial class Redirects
{
    public static bool IsRedirect(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    public static EgressVerdict Follow(HttpResponseMessage response, Uri from, EgressPolicy policy, EgressProfile profile)
    {
        if (!response.Headers.NonValidated.TryGetValues("Location", out var values) || values.Count != 1 || values.ToString() is not { Length: > 0 } location)
            return EgressVerdict.Refuse("The server redirected without saying where to.");

        var verdict = policy.Check(Complete(location, from), profile);
        if (!verdict.IsAllowed) return EgressVerdict.Refuse("The server redirected to a URL that is not allowed: " + verdict.Reason);
        return from.Scheme == Uri.UriSchemeHttps && verdict.Uri.Scheme != Uri.UriSchemeHttps
            ? EgressVerdict.Refuse("The server redirected from https to http.")
            : verdict;
    }

    static string Complete(string location, Uri from)
    {
        if (AbsoluteUrl().IsMatch(location)) return location;
        if (location.StartsWith("//", StringComparison.Ordinal)) return $"{from.Scheme}:{location}";
        var origin = from.GetLeftPart(UriPartial.Authority);
        return location[0] switch
        {
            '/' => origin + location,
            '?' => origin + from.AbsolutePath + location,
            '#' => origin + from.PathAndQuery + location,
            _ => origin + from.AbsolutePath[..(from.AbsolutePath.LastIndexOf('/') + 1)] + location,
        };
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+.-]*:", RegexOptions.NonBacktracking)]
    private static partial Regex AbsoluteUrl();
}
