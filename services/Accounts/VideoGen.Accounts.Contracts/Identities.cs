namespace VideoGen.Accounts.Contracts;

/// <summary>Body of <c>POST /internal/identities/by-key</c>.</summary>
public sealed record KeyLookup(string ApiKey);

/// <summary>
/// Who a credential stands for: answer of <c>POST /internal/identities/by-key</c> (404 for a key that is unknown, revoked
/// or expired), <c>GET /internal/identities/by-key-id/{key_id}</c> and <c>GET /internal/identities/by-user/{user_id}</c>.
/// </summary>
/// <param name="KeyId">Null for a signed-in user.</param>
/// <param name="Test">True for a test key: simulator only, nothing is charged.</param>
/// <param name="Scopes">What the credential may do; see <see cref="Scope"/>.</param>
/// <param name="ExpiresAt">When the credential stops working; null for never.</param>
/// <param name="RetentionDays">How long the plan keeps files; null for ever.</param>
public sealed record Identity(
    Guid AccountId, Guid? UserId, Guid? KeyId, bool Test, string Plan, IReadOnlyList<string> Scopes, bool IsOperator,
    RateLimits RateLimits, DateTimeOffset? ExpiresAt, int? RetentionDays = null);

/// <summary>Requests a minute per credential.</summary>
/// <param name="SubmitsPerMinute">POSTs that make jobs, quotes or uploads.</param>
/// <param name="RequestsPerMinute">Everything else.</param>
public sealed record RateLimits(int SubmitsPerMinute, int RequestsPerMinute);

/// <summary>The closed list of scopes that an API key may carry.</summary>
public static class Scope
{
    public const string JobsRead = "jobs:read";
    public const string JobsWrite = "jobs:write";
    public const string AssetsRead = "assets:read";
    public const string AssetsWrite = "assets:write";
    public const string WebhooksRead = "webhooks:read";
    public const string WebhooksWrite = "webhooks:write";
    public const string AccountRead = "account:read";
    public const string AccountWrite = "account:write";

    public static IReadOnlyList<string> All { get; } =
        [JobsRead, JobsWrite, AssetsRead, AssetsWrite, WebhooksRead, WebhooksWrite, AccountRead, AccountWrite];
}
