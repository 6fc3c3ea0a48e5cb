using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>Texts that vendors give.</summary>
internal static class VendorText
{
    /// <summary>
    /// PostgreSQL takes every character but NUL, and whole surrogates only. An id or an address with others in it is of no use: without them
    /// it would be another one.
    /// </summary>
    public static bool IsStorable(string text) => !text.Contains('\0', StringComparison.Ordinal)
        && text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);

    /// <summary>Whether work can be known by it.</summary>
    public static bool IsId([NotNullWhen(true)] string? text) => text is { Length: > 0 and <= 500 } && IsStorable(text);
}
