using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using VideoGen.Accounts.Contracts;

namespace VideoGen.Accounts.Users;

/// <summary>
/// Issues the tokens of signed-in users: JWT, HS256, <c>iss</c> and <c>aud</c> <c>videogen</c>, <c>sub</c> the user's id,
/// <c>account</c> the account's, <c>round</c> the round of the user's sessions. What the user may do is looked up when the token
/// is used, not written into it.
/// </summary>
internal sealed class UserTokens(IOptions<JwtOptions> options, TimeProvider time)
{
    const string Name = "videogen";

    static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    readonly SigningCredentials _credentials =
        new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.Value.SigningKey)), SecurityAlgorithms.HmacSha256);

    public TokenAnswer Issue(Guid userId, Guid accountId, int round)
    {
        var now = time.GetUtcNow();
        var lifetime = TimeSpan.FromMinutes(options.Value.LifetimeMinutes);
        var payload = new Dictionary<string, object>
        {
            ["iss"] = Name,
            ["aud"] = Name,
            ["sub"] = userId,
            ["account"] = accountId,
            ["round"] = round,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + lifetime).ToUnixTimeSeconds(),
            ["jti"] = Guid.CreateVersion7(),
        };
        var token = Handler.CreateToken(JsonSerializer.Serialize(payload), _credentials);
        return new TokenAnswer(token, "Bearer", (int)lifetime.TotalSeconds, DateTimeOffset.FromUnixTimeSeconds((now + lifetime).ToUnixTimeSeconds()));
    }
}
