using System.Buffers;
using System.Text;

namespace VideoGen.Gateway.Callers;

/// <summary>
/// The form of an API key: <c>vg_live_</c> or <c>vg_test_</c>, 32 base62 characters, and 6 of checksum (CRC-32 of everything
/// before, in base62, padded with <c>0</c>). A text that fails here is refused without asking anybody.
/// </summary>
internal static class ApiKeyFormat
{
    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int Length = 46;
    const int ChecksumLength = 6;

    static readonly SearchValues<char> Base62 = SearchValues.Create(Alphabet);
    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => TableEntry((uint)value))];

    /// <summary>True for anything that claims to be one of our keys, well-formed or not.</summary>
    public static bool LooksLikeKey(string text) => text.StartsWith("vg_", StringComparison.Ordinal);

    public static bool IsWellFormed(string key) =>
        key.Length == Length
        && (key.StartsWith("vg_live_", StringComparison.Ordinal) || key.StartsWith("vg_test_", StringComparison.Ordinal))
        && !key.AsSpan(8).ContainsAnyExcept(Base62)
        && key.AsSpan(Length - ChecksumLength).SequenceEqual(Checksum(key.AsSpan(0, Length - ChecksumLength)));

    /// <summary>The last six characters of a key that begins so.</summary>
    public static string Checksum(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var crc = Crc32(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        Span<char> digits = stackalloc char[ChecksumLength];
        for (var i = ChecksumLength - 1; i >= 0; i--, crc /= 62) digits[i] = Alphabet[(int)(crc % 62)];
        return digits.ToString();
    }

    static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    static uint TableEntry(uint value)
    {
        for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        return value;
    }
}
