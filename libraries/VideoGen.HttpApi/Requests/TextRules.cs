using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VideoGen.HttpApi.Requests;

/// <summary>What text from a client must look like.</summary>
public static partial class TextRules
{
    public const string BlankFault = "must hold at least one visible character";

    /// <summary>What is wrong with the text, or null.</summary>
    public static string? Fault(string text, int min, int max)
    {
        if (text.Length == 0 && min > 0) return "must not be empty";
        if (text.Length < min
            || text.Length > max) return string.Create(CultureInfo.InvariantCulture, $"must have {min} to {max} characters");
        if (text.Any(IsControl)) return "must not contain control characters";
        return min > 0 && IsBlank(text) ? BlankFault : null;
    }

    /// <summary>
    /// True for a text that shows nothing: blanks of every width, zero-width characters, controls, fillers, lone variation
    /// selectors.
    /// </summary>
    public static bool IsBlank(string? text)
    {
        if (text is null) return true;
        foreach (var rune in text.EnumerateRunes())
            if (IsVisible(rune)) return false;
        return true;
    }

    /// <summary>An address that mail can be sent to: plain characters, one @, a host name.</summary>
    public static string? EmailFault(string text)
    {
        const string Rule = "must be an e-mail address such as name@example.com";
        var at = text.IndexOf('@');
        return at is >= 1 and <= 64 && Email().IsMatch(text) ? null : Rule;
    }

    static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control
            or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate => false,
        // Marks that Unicode calls ignorable, Hangul's fillers and the empty Braille cell.
        _ => rune.Value is not (0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164
            or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF)),
    };

    // Line and paragraph separators break logs and lists as control characters do.
    static bool IsControl(char character) => char.IsControl(character) || character is '\u2028' or '\u2029';

    [GeneratedRegex(
        @"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Email();
}
