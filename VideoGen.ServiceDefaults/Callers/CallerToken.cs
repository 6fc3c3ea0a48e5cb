using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace VideoGen.ServiceDefaults.Callers;

/// <summary>
/// The token that travels between our own processes in <see cref="Header"/>: a JWT, HS256 only, that lives 60 seconds.
/// The gateway makes one for a caller it has identified; a service makes one for itself. Nothing else about identity in a
/// request is believed.
/// <para>
/// A busy caller's token is made and verified once, not at every call: the maker uses it again for <see cref="Reuse"/>, and who has verified a token
/// knows it again, to the letter, while it lives.
/// </para>
/// </summary>
public sealed class CallerToken(IOptions<CallerOptions> options, TimeProvider time) : IDisposable
{
    public const string Header = "X-VideoGen-Caller";

    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>Far below the lifetime, so that a token is never old when it leaves.</summary>
    public static readonly TimeSpan Reuse = TimeSpan.FromSeconds(15);

    const int Remembered = 20_000;
    const string Issuer = "videogen";
    const string Audience = "videogen-internal";

    static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    readonly SigningCredentials _credentials =
        new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.Value.SigningKey)), SecurityAlgorithms.HmacSha256);

    readonly MemoryCache _issued = new(new MemoryCacheOptions { SizeLimit = Remembered });
    readonly MemoryCache _verified = new(new MemoryCacheOptions { SizeLimit = Remembered });

    /// <summary>A token for a caller, or for this service itself when <paramref name="caller"/> is null.</summary>
    public string Issue(Caller? caller)
    {
        var now = time.GetUtcNow();
        var key = new CredentialKey(caller?.AccountId, caller?.UserId, caller?.KeyId, caller?.Sees.Test);
        if (_issued.Get<IssuedToken>(key) is { } known && now < known.ReusedUntil && now >= known.ReusedUntil - Reuse && IsSame(known.Caller, caller)) return known.Token;
        var token = Sign(caller, now);
        _issued.Set(key, new IssuedToken(token, caller, now + Reuse), OneFor(Reuse));
        return token;
    }

    string Sign(Caller? caller, DateTimeOffset now)
    {
        var payload = new Payload(Issuer, Audience, now.ToUnixTimeSeconds(), (now + Lifetime).ToUnixTimeSeconds(), caller);
        return Handler.CreateToken(JsonSerializer.Serialize(payload), _credentials);
    }

    /// <summary>Verifies a token: signature, algorithm, issuer, audience and times.</summary>
    public ValueTask<CallerTokenVerdict> VerifyAsync(string? token)
    {
        if (token is not { Length: > 0 and <= 4096 }) return ValueTask.FromResult(CallerTokenVerdict.Refused);
        if (_verified.Get<VerifiedToken>(token) is { } known && IsAlive(known.NotBefore, known.Expires)) return ValueTask.FromResult(known.Verdict);
        return new(ValidateAsync(token));
    }

    async Task<CallerTokenVerdict> ValidateAsync(string token)
    {
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = _credentials.Key,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidateLifetime = true,
            LifetimeValidator = IsAlive,
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt) return CallerTokenVerdict.Refused;
        var payload = JsonSerializer.Deserialize<Payload>(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload));
        var verdict = new CallerTokenVerdict(IsValid: true, payload!.Caller);
        _verified.Set(token, new VerifiedToken(verdict, jwt.ValidFrom, jwt.ValidTo), OneFor(Lifetime + ClockSkew));
        return verdict;
    }

    public void Dispose()
    {
        _issued.Dispose();
        _verified.Dispose();
    }

    bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters) => IsAlive(notBefore, expires);

    bool IsAlive(DateTime? notBefore, DateTime? expires)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && now <= end + ClockSkew && (notBefore is not { } start || now >= start - ClockSkew);
    }

    /// <summary>Records compare lists by reference; a credential's plan or scopes may have changed since.</summary>
    static bool IsSame(Caller? known, Caller? caller) =>
        known is null || caller is null ? known == caller : known.Scopes.SequenceEqual(caller.Scopes, StringComparer.Ordinal) && known == caller with { Scopes = known.Scopes };

    static MemoryCacheEntryOptions OneFor(TimeSpan lifetime) => new() { Size = 1, AbsoluteExpirationRelativeToNow = lifetime };

    readonly record struct CredentialKey(Guid? AccountId, Guid? UserId, Guid? KeyId, bool? Test);

    sealed record IssuedToken(string Token, Caller? Caller, DateTimeOffset ReusedUntil);

    sealed record VerifiedToken(CallerTokenVerdict Verdict, DateTime NotBefore, DateTime Expires);

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
