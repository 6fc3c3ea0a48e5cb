namespace VideoGen.Accounts.Contracts;

/// <summary>Body of <c>POST /v1/account/keys</c>.</summary>
/// <param name="Name">1 to 100 characters, to tell keys apart.</param>
/// <param name="Scopes">Some of the caller's scopes; all of them when absent. See <see cref="Scope"/>.</param>
/// <param name="ExpiresAt">When the key stops working, at most 10 years ahead; never when absent.</param>
/// <param name="Test">True for a test key: simulator only, nothing is charged.</param>
public sealed record CreateApiKeyRequest(string Name, IReadOnlyList<string>? Scopes = null, DateTimeOffset? ExpiresAt = null, bool? Test = null);

/// <summary>Body of <c>PATCH /v1/account/keys/{id}</c>.</summary>
/// <param name="Name">1 to 100 characters, to tell keys apart; the one that it has when absent.</param>
public sealed record RenameApiKeyRequest(string? Name = null);

/// <summary>An API key without its secret.</summary>
/// <param name="Prefix">The first characters of the secret.</param>
/// <param name="LastUsedAt">To within a minute.</param>
public sealed record ApiKeyView(
    Guid Id, string Name, string Prefix, bool Test, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt, DateTimeOffset CreatedAt);

/// <summary>Answer of <c>POST /v1/account/keys</c>: the only time the secret is shown.</summary>
public sealed record CreatedApiKey(string Secret, ApiKeyView Key);
