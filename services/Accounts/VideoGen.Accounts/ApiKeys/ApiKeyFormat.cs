using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace VideoGen.Accounts.ApiKeys;

/// <summary>
/// How an API key is written: <c>vg_live_</c> or <c>vg_test_</c>, 32 random base62 characters (190 bits), and 6 characters that are
/// the CRC-32 of everything before in base62. So a mistyped or made-up key is refused without asking the database, and a
/// secret scanner can tell a real key by <c>vg_(live|test)_[0-9A-Za-z]{38}</c>.
/// </summary>
internal static class ApiKeyFormat
{
    public const string Live = "vg_live_";
    public const string Test = "vg_test_";

    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int RandomLength = 32;
    const int ChecksumLength = 6;
    const int ShownLength = 12;
    const int Length = 8 + RandomLength + ChecksumLength;

    static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);
    static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(index => CrcOf((uint)index))];

    /// <summary>A new key from the system's secure random source.</summary>
    public static string Create(bool test)
    {
        var body = (test ? Test : Live) + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return body + Checksum(body);
    }

    /// <summary>True for text that may be a key: prefix, length, characters and checksum are right.</summary>
    public static bool IsWellFormed(string? key) =>
        key is { Length: Length }
        && (key.StartsWith(Live, StringComparison.Ordinal) || key.StartsWith(Test, StringComparison.Ordinal))
        && !key.AsSpan(8).ContainsAnyExcept(Allowed)
        && key.AsSpan(Length - ChecksumLength).SequenceEqual(Checksum(key[..^ChecksumLength]));

    public static bool IsTest(string key) => key.StartsWith(Test, StringComparison.Ordinal);

    /// <summary>What is stored of a key, and what it is looked up by.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.ASCII.GetBytes(key));

    /// <summary>What is shown of a key in lists.</summary>
    public static string Prefix(string key) => key[..ShownLength];

    /// <summary>CRC-32 (IEEE) of ASCII text as six base62 characters, padded with <c>0</c>.</summary>
    public static string Checksum(string text)
    {
        var crc = uint.MaxValue;
        foreach (var character in text) crc = CrcTable[(byte)(crc ^ character)] ^ (crc >> 8);
        crc = ~crc;
        Span<char> digits = stackalloc char[ChecksumLength];
        for (var place = ChecksumLength - 1; place >= 0; place--)
        {
            digits[place] = Alphabet[(int)(crc % (uint)Alphabet.Length)];
            crc /= (uint)Alphabet.Length;
        }
        return new string(digits);
    }

    static uint CrcOf(uint value)
    {
        for (var bit = 0; bit < 8; bit++) value = (value & 1) == 1 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
        return value;
    }
}
