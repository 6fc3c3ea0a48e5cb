using System.Globalization;
using System.Text;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>
/// Lays a prompt out as a caption: drawtext neither wraps nor leaves out what its font lacks. Anything may be in a prompt:
/// control characters, emoji, either direction of writing, words of a thousand letters.
/// </summary>
internal static class Caption
{
    public const int MostLines = 6;

    const string Ellipsis = "…";

    /// <summary>Height of the letters in pixels.</summary>
    public static int FontSize(int width, int height) => Math.Max(10, Math.Min(width, height) / 20);

    /// <summary>The text with line breaks, or null when nothing of it can be drawn.</summary>
    /// <param name="canDraw">Whether the font has a code point.</param>
    public static string? Layout(string prompt, int width, int height, Func<int, bool> canDraw)
    {
        var longest = Math.Max(4, (int)(0.85 * width / (0.6 * FontSize(width, height))));
        var lines = Wrap(Drawable(prompt, canDraw), longest);
        if (lines.Count == 0) return null;
        if (lines.Count <= MostLines) return string.Join('\n', lines);
        var last = Cut(lines[MostLines - 1], longest - 1).TrimEnd() + Ellipsis;
        return string.Join('\n', lines.Take(MostLines - 1).Append(last));
    }

    /// <summary>Only what the font draws, every run of blanks and control characters as one blank.</summary>
    static string Drawable(string prompt, Func<int, bool> canDraw)
    {
        var text = new StringBuilder(prompt.Length);
        foreach (var rune in prompt.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (Rune.IsWhiteSpace(rune) || category == UnicodeCategory.Control) AddBlank(text);
            // Format characters steer the direction of writing and join emoji: alone they draw nothing, or past the box.
            else if (category is not (UnicodeCategory.Format or UnicodeCategory.PrivateUse) && rune != Rune.ReplacementChar && canDraw(rune.Value))
                text.Append(rune.ToString());
        }

        return text.ToString().Trim();
    }

    static void AddBlank(StringBuilder text)
    {
        if (text.Length > 0 && text[^1] != ' ') text.Append(' ');
    }

    static List<string> Wrap(string text, int longest)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && Length(line) + 1 + Length(word) <= longest)
            {
                line += " " + word;
                continue;
            }

            if (line.Length > 0) lines.Add(line);
            var rest = word;
            for (; Length(rest) > longest && lines.Count <= MostLines; rest = rest[Cut(rest, longest).Length..]) lines.Add(Cut(rest, longest));
            if (lines.Count > MostLines) return lines;
            line = rest;
        }

        if (line.Length > 0) lines.Add(line);
        return lines;
    }

    static int Length(string text) => new StringInfo(text).LengthInTextElements;

    /// <summary>The first letters, never half of one.</summary>
    static string Cut(string text, int letters)
    {
        var info = new StringInfo(text);
        return info.LengthInTextElements <= letters ? text : info.SubstringByTextElements(0, Math.Max(1, letters));
    }
}
