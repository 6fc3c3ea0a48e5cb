using System.Security.Cryptography;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Jobs.Submit;

/// <summary>A request's <c>Idempotency-Key</c> with what it stands for.</summary>
/// <param name="AccountId">Keys of different accounts never meet; those of one account's credentials do.</param>
/// <param name="Fingerprint">SHA-256 of the request: of its body, or of what the gateway translated it from.</param>
internal sealed record IdempotencyKey(Guid AccountId, string Route, string Key, byte[] Fingerprint)
{
    public const string Header = "Idempotency-Key";

    /// <summary>The gateway sets this for requests it translated, and strips it from clients.</summary>
    public const string FingerprintHeader = "X-VideoGen-Fingerprint";

    const int MaxLength = 255;

    /// <summary>The key, null when the request has none, or the refusal.</summary>
    public static (IdempotencyKey? Key, ProblemAnswer? Refusal) Of(HttpRequest request, Guid accountId, string route, ReadOnlySpan<byte> body)
    {
        var values = request.Headers[Header];
        if (values.Count == 0) return (null, null);
        var text = values.Count == 1 ? Unquote(values[0] ?? "") : "";
        if (text.Length is 0 or > MaxLength || text.Any(c => c is <= ' ' or > '~'))
            return (null, Problems.OfField(Header, $"must be 1 to {MaxLength} visible ASCII characters, once, bare or in double quotes"));
        return (new IdempotencyKey(accountId, route, text, FingerprintOf(request, body)), null);
    }

    static string Unquote(string value) => value is ['"', .., '"'] ? value[1..^1] : value;

    static byte[] FingerprintOf(HttpRequest request, ReadOnlySpan<byte> body)
    {
        var given = request.Headers[FingerprintHeader].ToString();
        return given.Length == 2 * SHA256.HashSizeInBytes && given.All(char.IsAsciiHexDigit) ? Convert.FromHexString(given) : SHA256.HashData(body);
    }
}
