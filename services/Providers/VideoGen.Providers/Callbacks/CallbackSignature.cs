using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VideoGen.Providers.Callbacks;

/// <summary>
/// The signature of Standard Webhooks, which Replicate uses: base64 of HMAC-SHA256 over <c>id.timestamp.body</c>, the body's bytes as they
/// came. The key is what follows <c>whsec_</c>, decoded from base64.
/// </summary>
internal static class CallbackSignature
{
    const string SecretPrefix = "whsec_";
    const string Version = "v1,";
    const int MinKeyBytes = 16;
    const int MaxIdLength = 200;

    /// <summary>How far the timestamp may be from now, either way.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <exception cref="FormatException">It is no such secret.</exception>
    public static byte[] KeyOf(string secret)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal)) throw new FormatException("A secret begins with whsec_.");
        var key = Convert.FromBase64String(secret[SecretPrefix.Length..]);
        return key.Length >= MinKeyBytes ? key : throw new FormatException("The secret is too short.");
    }

    /// <summary>Says what is wrong; null when the signature is right by one of the keys and the time is close to now.</summary>
    /// <param name="id"><c>webhook-id</c>.</param>
    /// <param name="timestamp"><c>webhook-timestamp</c>, seconds since 1970.</param>
    /// <param name="signatures"><c>webhook-signature</c>: one or more, with spaces between; any may match.</param>
    public static string? Fault(IReadOnlyList<byte[]> keys, string id, string timestamp, string signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (id.Length is 0 or > MaxIdLength || timestamp.Length == 0 || signatures.Length == 0)
            return "webhook-id, webhook-timestamp and webhook-signature are required.";
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return "webhook-timestamp must be seconds since 1970.";
        if (Math.Abs((decimal)seconds - now.ToUnixTimeSeconds()) > (decimal)Tolerance.TotalSeconds) return "webhook-timestamp is too far from now.";

        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = keys.Select(key => Encoding.ASCII.GetBytes(Convert.ToBase64String(HMACSHA256.HashData(key, content)))).ToList();
        var shown = signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(entry => entry.StartsWith(Version, StringComparison.Ordinal)).Select(entry => Encoding.UTF8.GetBytes(entry[Version.Length..])).ToList();
        return shown.Exists(entry => expected.Exists(right => CryptographicOperations.FixedTimeEquals(entry, right))) ? null : "webhook-signature does not match.";
    }
}
