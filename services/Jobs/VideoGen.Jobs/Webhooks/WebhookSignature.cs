using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VideoGen.Jobs.Webhooks;

/// <summary>
/// Standard Webhooks 1.0.0, symmetric: <c>v1,</c> and the Base64 of HMAC-SHA256 over <c>id.timestamp.body</c>, the body being the
/// bytes that are sent. During a rotation every valid secret signs, separated by a space.
/// </summary>
internal static class WebhookSignature
{
    /// <param name="secrets">The keys' bytes, newest first.</param>
    /// <param name="id">The event's id, the same for every attempt.</param>
    /// <param name="timestamp">The time of this attempt.</param>
    /// <param name="body">The exact bytes of the request.</param>
    public static string Sign(IEnumerable<byte[]> secrets, string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{Seconds(timestamp)}."), .. body];
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))));
    }

    public static string Seconds(DateTimeOffset timestamp) => timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}

/// <summary>A signing secret as customers hold it: <c>whsec_</c> and the Base64 of its 32 random bytes.</summary>
internal static class WebhookSecret
{
    const string Prefix = "whsec_";
    const int SizeBytes = 32;

    /// <summary>
    /// Whose secret signs deliveries to the URLs given with jobs. The live world's is kept under the account's own id; the
    /// test world's under another that follows from it, so that whoever has a test key can't sign as the live world does.
    /// </summary>
    public static Guid OwnerOf(Guid accountId, bool test) =>
        test ? new Guid(SHA256.HashData([.. accountId.ToByteArray(), .. "test"u8]).AsSpan(0, 16)) : accountId;

    public static byte[] New() => RandomNumberGenerator.GetBytes(SizeBytes);

    public static string Show(byte[] secret) => Prefix + Convert.ToBase64String(secret);
}
