using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace VideoGen.Gateway.Callers;

/// <summary>
/// Verifies the JWTs that Accounts issues at sign-in. The algorithm is HS256 because this code computes nothing else: the
/// header decides nothing, it is only compared with what it must say. The signature is checked before anything is parsed;
/// <c>jwk</c>, <c>jku</c>, <c>x5u</c> and <c>kid</c> are never followed, and <c>crit</c> is refused as RFC 7515 demands.
/// </summary>
internal sealed class UserTokens(IOptions<JwtOptions> options, TimeProvider time)
{
    const string Name = "videogen";
    const int MaxLength = 4096;

    static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    readonly byte[] _key = Encoding.UTF8.GetBytes(options.Value.SigningKey);

    /// <summary>The user that a genuine, living token of ours stands for; null for every other text.</summary>
    public Guid? Verify(string token)
    {
        if (token.Length > MaxLength) return null;
        var parts = token.Split('.');
        if (parts.Length != 3 || !Array.TrueForAll(parts, part => part.Length > 0 && !part.Contains('=') && Base64Url.IsValid(part))) return null;

        var signed = Encoding.ASCII.GetBytes(token, 0, token.Length - parts[2].Length - 1);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, signed), Base64Url.DecodeFromChars(parts[2]))) return null;
        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return IsOurHeader(header.RootElement) && IsForUsNow(payload.RootElement) ? Subject(payload.RootElement) : null;
        }
        catch (JsonException)
        {
            return null; // Signed by us but not JSON: not a token of ours all the same.
        }
    }

    static bool IsOurHeader(JsonElement header) =>
        header.ValueKind == JsonValueKind.Object
        && Text(header, "alg") == "HS256"
        && (!header.TryGetProperty("typ", out _) || Text(header, "typ") == "JWT")
        && !header.TryGetProperty("crit", out _);

    bool IsForUsNow(JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object || Text(payload, "iss") != Name || !IsAudience(payload)) return false;
        var now = time.GetUtcNow();
        return Time(payload, "exp") is { } expires && now < expires + ClockSkew
            && (!payload.TryGetProperty("nbf", out _) || (Time(payload, "nbf") is { } start && now >= start - ClockSkew));
    }

    static bool IsAudience(JsonElement payload) =>
        payload.TryGetProperty("aud", out var audience) && audience.ValueKind switch
        {
            JsonValueKind.String => audience.GetString() == Name,
            JsonValueKind.Array => audience.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.GetString() == Name),
            _ => false,
        };

    static Guid? Subject(JsonElement payload) => Guid.TryParseExact(Text(payload, "sub"), "D", out var user) ? user : null;

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A NumericDate between 1970 and 9999, fractions cut off.</summary>
    static DateTimeOffset? Time(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
        && seconds is >= 0 and <= 253402300000 ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;
}
