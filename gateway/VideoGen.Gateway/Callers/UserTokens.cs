using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace VideoGen.Gateway.Callers;

/// <summary>
/// Verifies the JWTs that Accounts issues at sign-in: signed with HS256 and our key, for us, of now. A token never chooses its algorithm or its
/// key: <c>jwk</c>, <c>jku</c>, <c>x5u</c> and <c>kid</c> are not followed, and <c>crit</c> is refused as RFC 7515 demands.
/// <para>
/// This is the token handler and not the authentication handler of JwtBearer: each dialect has its own place for the credential, which may be an
/// API key as well, and a socket shows its token again while it is open, when there is no request to authenticate.
/// </para>
/// </summary>
internal sealed class UserTokens(IOptions<JwtOptions> options, TimeProvider time)
{
    const string Name = "videogen";
    const int MaxLength = 4096;

    static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    static readonly string[] Dates = ["exp", "nbf"];
    static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>Base64url without padding, and the dots between. The handler alone would also read padded parts.</summary>
    static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    readonly TokenValidationParameters _rules = new()
    {
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.Value.SigningKey)),
        RequireSignedTokens = true,
        ValidIssuer = Name,
        ValidAudience = Name,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        TypeValidator = (type, _, _) => type is null or "" or "JWT" ? type : throw new SecurityTokenInvalidTypeException($"{type} is another kind of token"),
        RequireExpirationTime = true,
        LifetimeValidator = (from, until, _, _) => IsAlive(from, until, time.GetUtcNow().UtcDateTime),
    };

    /// <summary>The session that a genuine, living token of ours stands for; null for every other text.</summary>
    public async ValueTask<UserSession?> VerifyAsync(string token)
    {
        if (token.Length > MaxLength || token.AsSpan().ContainsAnyExcept(Alphabet)) return null;
        var result = await Handler.ValidateTokenAsync(token, _rules);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt || jwt.TryGetHeaderValue<object>("crit", out _) || !HasNumericDates(jwt)) return null;
        // The release before knew no rounds: its tokens are of the first.
        return Guid.TryParseExact(jwt.Subject, "D", out var user)
            ? new UserSession(user, jwt.TryGetPayloadValue<int>("round", out var round) ? round : 0) : null;
    }

    /// <summary>The handler would also read a date from a text, which RFC 7519 does not allow.</summary>
    static bool HasNumericDates(JsonWebToken jwt)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload));
        return Array.TrueForAll(Dates, name => !payload.RootElement.TryGetProperty(name, out var date) || date.ValueKind == JsonValueKind.Number);
    }

    static bool IsAlive(DateTime? from, DateTime? until, DateTime now) =>
        until is { } end && now - ClockSkew < end && (from is not { } start || now + ClockSkew >= start);
}

/// <param name="Round">A change of the password begins the next one, and sessions of earlier ones end.</param>
internal readonly record struct UserSession(Guid UserId, int Round);
