using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace VideoGen.ServiceDefaults.Callers;

/// <summary>
/// The token that travels between our own processes in <see cref="Header"/>: a JWT, HS256 only, that lives 60 seconds.
/// The gateway makes one for a caller it has identified; a service makes one for itself. Nothing else about identity in a
/// request is believed.
/// </summary>
public sealed class CallerToken(IOptions<CallerOptions> options, TimeProvider time)
{
    public const string Header = "X-VideoGen-Caller";

    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    const string Issuer = "videogen";
    const string Audience = "videogen-internal";

    static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    readonly SigningCredentials _credentials =
        new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.Value.SigningKey)), SecurityAlgorithms.HmacSha256);

    /// <summary>A token for a caller, or for this service itself when <paramref name="caller"/> is null.</summary>
    public string Issue(Caller? caller)
    {
        var now = time.GetUtcNow();
        var payload = new Payload(Issuer, Audience, now.ToUnixTimeSeconds(), (now + Lifetime).ToUnixTimeSeconds(), caller);
        return Handler.CreateToken(JsonSerializer.Serialize(payload), _credentials);
    }

    /// <summary>Verifies a token: signature, algorithm, issuer, audience and times.</summary>
    public CallerTokenVerdict Verify(string? token)
    {
        if (token is not { Length: > 0 and <= 4096 }) return CallerTokenVerdict.Refused;
        var result = Handler.ValidateToken(token, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            IssuerSigningKey = _credentials.Key,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidateLifetime = true,
            LifetimeValidator = IsAlive,
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken { Alg: SecurityAlgorithms.HmacSha256 } jwt) return CallerTokenVerdict.Refused;
        var payload = JsonSerializer.Deserialize<Payload>(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload));
        return new CallerTokenVerdict(IsValid: true, payload!.Caller);
    }

    bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && now <= end + ClockSkew && (notBefore is not { } start || now >= start - ClockSkew);
    }

    sealed record Payload(
        [property: JsonPropertyName("iss")] string Issuer,
        [property: JsonPropertyName("aud")] string Audience,
        [property: JsonPropertyName("nbf")] long NotBefore,
        [property: JsonPropertyName("exp")] long Expires,
        [property: JsonPropertyName("caller")] Caller? Caller);
}

/// <param name="IsValid">True for a genuine, living token.</param>
/// <param name="Caller">Whom it stands for; null in a valid token of a service itself.</param>
public readonly record struct CallerTokenVerdict(bool IsValid, Caller? Caller)
{
    public static readonly CallerTokenVerdict Refused = new(IsValid: false, Caller: null);
}
