using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VideoGen.Gateway.Callers;

namespace VideoGen.Gateway.Tests;

/// <summary>Keys and tokens as Accounts makes them, and as it never would.</summary>
internal static class TestCredentials
{
    public const string JwtKey = "the-key-that-signs-sign-in-tokens-0123456789";
    public const string CallerKey = "the-key-that-signs-caller-tokens-9876543210";

    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string NewApiKey(string prefix = "vg_live_")
    {
        var start = prefix + RandomNumberGenerator.GetString(Alphabet, 32);
        return start + ApiKeyFormat.Checksum(start);
    }

    /// <summary>A token that is right in every way.</summary>
    public static string Token(Guid user, DateTimeOffset now, Action<Dictionary<string, object?>>? payload = null, Action<Dictionary<string, object?>>? header = null, string key = JwtKey)
    {
        var head = new Dictionary<string, object?> { ["alg"] = "HS256", ["typ"] = "JWT" };
        var body = new Dictionary<string, object?>
        {
            ["iss"] = "videogen",
            ["aud"] = "videogen",
            ["sub"] = user.ToString(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(15).ToUnixTimeSeconds(),
        };
        header?.Invoke(head);
        payload?.Invoke(body);
        return Sign(JsonSerializer.Serialize(head), JsonSerializer.Serialize(body), HMACSHA256.HashData, key);
    }

    public static string Sign(string header, string payload, Func<byte[], byte[], byte[]> sign, string key = JwtKey)
    {
        var signed = Encode(header) + "." + Encode(payload);
        return signed + "." + Base64Url.EncodeToString(sign(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(signed)));
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
