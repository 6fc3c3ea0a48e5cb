using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace VideoGen.Storage.Assets;

/// <summary>Names that customers give their files: kept as they are as far as that harms nobody.</summary>
internal static class FileNames
{
    const int MaxLength = 150;

    /// <summary>
    /// The last part of a path without control characters and characters that turn the direction of text (they hide extensions);
    /// with the extension of what the file really is.
    /// </summary>
    public static string Clean(string? name, string fallback, string extension)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var kept = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
            if (IsHarmless(rune)) kept.Append(rune.ToString());
        var stem = Stem(kept.ToString()).Trim(' ', '.');
        return (stem.Length == 0 ? fallback : Cut(stem)) + extension;
    }

    /// <summary><c>Content-Disposition</c> after RFC 6266: an ASCII name for old readers and the real one in UTF-8.</summary>
    public static string Disposition(string type, string name)
    {
        var header = new ContentDispositionHeaderValue(type);
        header.SetHttpFileName(name);
        return header.ToString();
    }

    static bool IsHarmless(Rune rune) =>
        rune != Rune.ReplacementChar
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
        && rune.Value is not (>= 0x202A and <= 0x202E) and not (>= 0x2066 and <= 0x2069) and not (0x200E or 0x200F or 0x061C or 0xFEFF);

    /// <summary>Without what looks like an extension: up to five letters or digits after the last dot, not digits alone (<c>take 1.2</c>).</summary>
    static string Stem(string name)
    {
        var dot = name.LastIndexOf('.');
        var after = name.AsSpan(dot + 1);
        var isExtension = dot >= 0 && after.Length is > 0 and <= 5;
        var hasLetter = false;
        foreach (var c in after)
        {
            isExtension &= char.IsAsciiLetterOrDigit(c);
            hasLetter |= char.IsAsciiLetter(c);
        }
        return isExtension && hasLetter ? name[..dot] : name;
    }

    /// <summary>Cut between characters as people see them, so that no emoji is split.</summary>
    static string Cut(string name)
    {
        if (name.Length <= MaxLength) return name;
        var end = 0;
        var elements = StringInfo.GetTextElementEnumerator(name);
        while (elements.MoveNext() && elements.ElementIndex + elements.GetTextElement().Length <= MaxLength) end = elements.ElementIndex + elements.GetTextElement().Length;
        return end == 0 ? name[..1] : name[..end];
    }
}
