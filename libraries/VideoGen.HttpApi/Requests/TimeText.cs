using System.Globalization;
using System.Text.RegularExpressions;

namespace VideoGen.HttpApi.Requests;

/// <summary>The one form of a point in time: RFC 3339 with its offset.</summary>
public static partial class TimeText
{
    public const string Rule = "must be a time in RFC 3339 with an offset, such as 2030-01-31T12:00:00Z";

    /// <summary>The time in UTC.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (!Form().IsMatch(text)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var parsed)) return false;
        time = parsed.ToUniversalTime();
        return true;
    }

    /// <summary>As it stands in a query, where a plus sign that nobody escaped has become a blank.</summary>
    public static bool TryParseInQuery(string text, out DateTimeOffset time) => TryParse(text.Replace(' ', '+'), out time);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}
