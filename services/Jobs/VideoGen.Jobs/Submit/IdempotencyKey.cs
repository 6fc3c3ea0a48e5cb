using System.Security.Cryptography;
using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Submit;

/// <summary>A request's <c>Idempotency-Key</c> with what it stands for.</summary>
/// <param name="AccountId">Keys of different accounts never meet; those of one account's credentials of one world do.</param>
/// <param name="Route">What the key is for; test and live are two.</param>
/// <param name="Fingerprint">SHA-256 of the request: of its body in its canonical form, or of what the gateway translated it from.</param>
internal sealed record IdempotencyKey(Guid AccountId, string Route, string Key, byte[] Fingerprint)
{
    public const string Header = "Idempotency-Key";

    /// <summary>The gateway sets this for requests it translated, and strips it from clients.</summary>
    public const string FingerprintHeader = "X-VideoGen-Fingerprint";

    const int MaxLength = 255;
    const string LiveRoute = "POST /v1/jobs";
    const string TestRoute = "POST /v1/jobs test";
    const string OwnRoute = "without a key";

    /// <summary>Made by us for a submit without one.</summary>
    public bool IsOwn => Route == OwnRoute;

    /// <summary>The key, null when the request has none, or the refusal.</summary>
    public static (IdempotencyKey? Key, ProblemAnswer? Refusal) Of(HttpRequest request, Caller caller, JsonElement body)
    {
        var values = request.Headers[Header];
        if (values.Count == 0) return (null, null);
        var text = values.Count == 1 ? Unquote(values[0] ?? "") : "";
        if (text.Length is 0 or > MaxLength || text.Any(c => c is <= ' ' or > '~'))
            return (null, Problems.OfField(Header, $"must be 1 to {MaxLength} visible ASCII characters, once, bare or in double quotes"));
        return (new IdempotencyKey(caller.AccountId, caller.Test ? TestRoute : LiveRoute, text, FingerprintOf(request, body)), null);
    }

    /// <summary>For a submit without a key: nobody else has it.</summary>
    public static IdempotencyKey Own(Guid accountId) => new(accountId, OwnRoute, Guid.NewGuid().ToString("n"), []);

    static string Unquote(string value) => value is ['"', .., '"'] ? value[1..^1] : value;

    static byte[] FingerprintOf(HttpRequest request, JsonElement body)
    {
        var given = request.Headers[FingerprintHeader].ToString();
        return given.Length == 2 * SHA256.HashSizeInBytes && given.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(given)
            : SHA256.HashData(CanonicalJson.Of(body));
    }
}
