using System.Globalization;
using System.Text.RegularExpressions;

namespace VideoGen.Accounts.Requests;

/// <summary>What text from a client must look like.</summary>
internal static partial class TextRules
{
    /// <summary>What is wrong with the text, or null.</summary>
    public static string? Fault(string text, int min, int max)
    {
        if (text.Length == 0 && min > 0) return "must not be empty.";
        if (text.Length < min || text.Length > max) return string.Create(CultureInfo.InvariantCulture, $"must have {min} to {max} characters.");
        return text.Any(IsControl) ? "must not contain control characters." : null;
    }

    /// <summary>An address that mail can be sent to: plain characters, one @, a host name.</summary>
    public static string? EmailFault(string text)
    {
        const string Rule = "must be an e-mail address such as name@example.com.";
        var at = text.IndexOf('@');
        return at is >= 1 and <= 64 && Email().IsMatch(text) ? null : Rule;
    }

    public static bool TryTime(string text, out DateTimeOffset time)
    {
        time = default;
        return Time().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out time);
    }

    // Line and paragraph separators break logs and lists as control characters do.
    static bool IsControl(char character) => char.IsControl(character) || character is '\u2028' or '\u2029';

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Email();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Time();
}
