using System.Globalization;
using System.Text;

namespace VideoGen.Cli.Terminals;

/// <summary>
/// Text of a server or a file, made harmless for a terminal. Escape sequences could move the cursor, rename the window, write
/// to the clipboard or hide what was typed; marks of text direction could show a line as another one.
/// </summary>
internal static class SafeText
{
    /// <summary>They could show a line as another one.</summary>
    public const string DirectionMarks = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c";

    /// <summary>Line breaks and tabs stay; every other control and direction mark goes, an escape sequence as a whole.</summary>
    public static string Of(string text) => Strip(text, keepLines: true);

    /// <summary>The same as one line: for cells, names and messages.</summary>
    public static string Line(string text) => Strip(text, keepLines: false).TrimEnd();

    /// <summary>Its beginning, and no half of a character.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(most > 0 && char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    static string Strip(string text, bool keepLines)
    {
        if (!text.Any(IsSuspect)) return text;
        var safe = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (letter is '\n' or '\t')
                safe.Append(keepLines ? letter : ' ');
            else if (letter is '\u001b' or '\u009b' or '\u0090' or '\u009d' or '\u0098' or '\u009e' or '\u009f')
                at = EndOfSequence(text, at);
            else if (!IsSuspect(letter))
                safe.Append(letter);
        }
        return safe.ToString();
    }

    static bool IsSuspect(char letter) =>
        char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || DirectionMarks.Contains(letter);

    /// <summary>The place of a sequence's last character: of CSI its final byte, of the string kinds (OSC, DCS …) their
    /// terminator.</summary>
    static int EndOfSequence(string text, int start)
    {
        var (kind, at) = text[start] == '\u001b'
            ? (start + 1 < text.Length ? text[start + 1] : '\0', start + 2)
            : ((char)(text[start] - 0x40), start + 1);
        if (kind == '[')
        {
            while (at < text.Length && text[at] is >= ' ' and <= '?') at++;
            return Math.Min(at, text.Length - 1);
        }
        if (kind is ']' or 'P' or 'X' or '^' or '_') return EndOfString(text, at);
        // Of two characters, with characters between them in some; an escape before a plain control is that escape alone.
        at = start + 1;
        while (at < text.Length && text[at] is >= ' ' and <= '/') at++;
        return at < text.Length && !char.IsControl(text[at]) ? at : at - 1;
    }

    /// <summary>One that never ends takes its line with it and no more.</summary>
    static int EndOfString(string text, int at)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] is '\a' or '\u009c') return at;
            if (text[at] == '\u001b' && at + 1 < text.Length && text[at + 1] == '\\') return at + 1;
            if (text[at] is '\n' or '\u001b') return at - 1;
        }
        return text.Length - 1;
    }
}
