using Npgsql;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Rows;
using VideoGen.Durability;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.ApiKeys;

/// <summary>A key to be stored; the secret itself never is.</summary>
internal sealed record NewApiKey(Guid Id, string Name, string Secret, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt);

/// <summary>What a living key stands for.</summary>
internal sealed record KeyIdentity(
    Guid KeyId, Guid AccountId, bool Test, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt, string Plan, bool IsOperator);

/// <summary>What making a further key depends on.</summary>
/// <param name="Now">The database's clock.</param>
/// <param name="CallerExpiresAt">When the calling key expires; null for a user and a key that doesn't.</param>
internal sealed record KeyRoom(DateTimeOffset Now, int ActiveKeys, DateTimeOffset? CallerExpiresAt);

internal sealed class ApiKeyStore(NpgsqlDataSource source)
{
    // Serialises the making of keys of one account, so that the limit is exact.
    const string AccountLock = "select 1 from accounts where id = $1 for no key update";

    const string RoomSelect = """
        select now(),
               (select count(*)::integer from api_keys
                where account_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())),
               (select expires_at from api_keys where account_id = $1 and id = $2)
        """;

    const string KeyInsert = """
        insert into api_keys (id, account_id, name, prefix, secret_hash, test, scopes, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (secret_hash) do nothing
        """;

    const string KeySelect = """
        select id, name, prefix, test, scopes, expires_at, last_used_at, revoked_at, created_at from api_keys
        where account_id = $1 and id = $2 and ($3::boolean is null or test = $3)
        """;

    const string KeysSelect = """
        select id, name, prefix, test, scopes, expires_at, last_used_at, revoked_at, created_at from api_keys
        where account_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
          and ($5::boolean is null or test = $5)
        order by created_at desc, id desc limit $4
        """;

    const string KeyRename = """
        update api_keys set name = coalesce($4::text, name) where account_id = $1 and id = $2 and ($3::boolean is null or test = $3)
        returning id, name, prefix, test, scopes, expires_at, last_used_at, revoked_at, created_at
        """;

    const string KeyRevoke = """
        update api_keys set revoked_at = now()
        where account_id = $1 and id = $2 and ($3::boolean is null or test = $3) and revoked_at is null returning revoked_at
        """;

    // One round trip: finds the key and, at most once a minute, notes that it was used.
    const string IdentityByHash = """
        with found as (
            select k.id, k.account_id, k.test, k.scopes, k.expires_at, k.last_used_at, a.plan, a.is_operator
            from api_keys k join accounts a on a.id = k.account_id
            where k.secret_hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) and a.closed_at is null
        ), used as (
            update api_keys k set last_used_at = now() from found
            where k.id = found.id and (found.last_used_at is null or found.last_used_at < now() - interval '1 minute')
        )
        select id, account_id, test, scopes, expires_at, plan, is_operator from found
        """;

    const string IdentityById = """
        select k.id, k.account_id, k.test, k.scopes, k.expires_at, a.plan, a.is_operator from api_keys k join accounts a on a.id = k.account_id
        where k.id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) and a.closed_at is null
        """;

    public async Task<KeyRoom> LockRoomAsync(UnitOfWork work, Guid accountId, Guid? callerKeyId, CancellationToken ct)
    {
        await work.Command(AccountLock, accountId).RunAsync(ct);
        return await work.Command(RoomSelect, accountId, callerKeyId).FirstAsync(row => new KeyRoom(row.Time(0), row.GetInt32(1), row.TimeOrNull(2)), ct)
            ?? throw new InvalidOperationException("A select without a table has no row.");
    }

    /// <summary>False when the very same secret is stored already.</summary>
    public async Task<bool> InsertAsync(UnitOfWork work, Guid accountId, NewApiKey key, CancellationToken ct) =>
        await work.Command(KeyInsert, key.Id, accountId, key.Name, ApiKeyFormat.Prefix(key.Secret), ApiKeyFormat.Hash(key.Secret),
            ApiKeyFormat.IsTest(key.Secret), key.Scopes.ToArray(), key.ExpiresAt).RunAsync(ct) == 1;

    public Task<ApiKeyView?> FindAsync(UnitOfWork work, World world, Guid id, CancellationToken ct) =>
        work.Command(KeySelect, world.AccountId, id, world.Test).FirstAsync(Read, ct);

    /// <summary>The keys of the account's world, revoked ones too; newest first.</summary>
    public Task<List<ApiKeyView>> ListAsync(World world, (DateTimeOffset CreatedAt, Guid Id)? after, int limit, CancellationToken ct) =>
        source.Command(KeysSelect, world.AccountId, after?.CreatedAt, after?.Id, limit, world.Test).ToListAsync(Read, ct);

    /// <summary>The key under its new name; null when there is no such key.</summary>
    /// <param name="name">Null leaves the one that it has.</param>
    public Task<ApiKeyView?> RenameAsync(World world, Guid id, string? name, CancellationToken ct) =>
        source.Command(KeyRename, world.AccountId, id, world.Test, name).FirstAsync(Read, ct);

    /// <summary>When it was revoked just now; null when there is nothing to revoke.</summary>
    public Task<DateTimeOffset?> RevokeAsync(UnitOfWork work, World world, Guid id, CancellationToken ct) =>
        work.Command(KeyRevoke, world.AccountId, id, world.Test).ValueAsync<DateTimeOffset>(ct);

    /// <summary>Null for a key that is unknown, revoked or expired.</summary>
    public Task<KeyIdentity?> IdentifyAsync(string key, CancellationToken ct) =>
        source.Command(IdentityByHash, ApiKeyFormat.Hash(key)).FirstAsync(ReadIdentity, ct);

    /// <inheritdoc cref="IdentifyAsync(string, CancellationToken)"/>
    public Task<KeyIdentity?> IdentifyAsync(Guid keyId, CancellationToken ct) => source.Command(IdentityById, keyId).FirstAsync(ReadIdentity, ct);

    static KeyIdentity ReadIdentity(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetGuid(1), row.GetBoolean(2),
        row.GetFieldValue<string[]>(3), row.TimeOrNull(4), row.GetString(5), row.GetBoolean(6));

    static ApiKeyView Read(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetBoolean(3),
        row.GetFieldValue<string[]>(4), row.TimeOrNull(5), row.TimeOrNull(6), row.TimeOrNull(7), row.Time(8));
}
