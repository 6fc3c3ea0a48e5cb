using System.Security.Cryptography;
using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Submit;

/// <summary>A request's <c>Idempotency-Key</c> with what it stands for.</summary>
/// <param name="AccountId">Keys of different accounts never meet; those of one account's credentials of one world do.</param>
/// <param name="Route">What the key is for; test and live are two.</param>
/// <param name="Fingerprint">SHA-256 of the request: of its body in its canonical form, or of what the gateway translated it from.</param>
internal sealed record IdempotencyKey(Guid AccountId, string Route, string Key, byte[] Fingerprint)
{
    /// <summary>The gateway sets this for requests it translated, and strips it from clients.</summary>
    public const string FingerprintHeader = "X-VideoGen-Fingerprint";

    const string LiveRoute = "POST /v1/jobs";
    const string TestRoute = "POST /v1/jobs test";
    const string OwnRoute = "without a key";

    /// <summary>Made by us for a submit without one.</summary>
    public bool IsOwn => Route == OwnRoute;

    /// <summary>The key, null when the request has none, or the refusal.</summary>
    public static (IdempotencyKey? Key, ProblemAnswer? Refusal) Of(HttpRequest request, Caller caller, JsonElement body)
    {
        var (text, refusal) = IdempotencyKeyHeader.Read(request);
        return text is null
            ? (null, refusal)
            : (new IdempotencyKey(caller.AccountId, caller.Test ? TestRoute : LiveRoute, text, FingerprintOf(request, body)), null);
    }

    /// <summary>For a submit without a key: nobody else has it.</summary>
    public static IdempotencyKey Own(Guid accountId) => new(accountId, OwnRoute, Guid.NewGuid().ToString("n"), []);

    static byte[] FingerprintOf(HttpRequest request, JsonElement body)
    {
        var given = request.Headers[FingerprintHeader].ToString();
        return given.Length == 2 * SHA256.HashSizeInBytes && given.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(given)
            : SHA256.HashData(CanonicalJson.Of(body));
    }
}
