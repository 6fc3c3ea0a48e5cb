using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VideoGen.Bench.Whole;

/// <summary>A receiver's check of a delivery, by Standard Webhooks: written from the standard, not from the code that signs.</summary>
internal static class WebhookCheck
{
    const string SecretPrefix = "whsec_";

    static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <param name="secret">As it is shown: <c>whsec_</c> and Base64.</param>
    public static byte[] KeyOf(string secret) =>
        Convert.FromBase64String(secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret);

    /// <param name="signatures">The header: signatures of one or more secrets, separated by spaces.</param>
    /// <param name="body">The bytes as they came.</param>
    public static bool IsGenuine(byte[] key, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(id) || signatures is null) return false;
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
        // Compared as seconds: an absurd one is no date.
        if (Math.Abs((double)seconds - now.ToUnixTimeSeconds()) > Tolerance.TotalSeconds) return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
        return signatures.Split(' ').Any(one => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), expected));
    }
}
