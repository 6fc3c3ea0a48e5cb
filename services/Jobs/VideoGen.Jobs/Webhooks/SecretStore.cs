using Npgsql;
using VideoGen.Durability;

namespace VideoGen.Jobs.Webhooks;

/// <param name="CreatedAt">Of the current secret.</param>
/// <param name="PreviousExpiresAt">Until when the one before signs too; null when none does.</param>
internal sealed record CurrentSecret(byte[] Secret, DateTimeOffset CreatedAt, DateTimeOffset? PreviousExpiresAt);

/// <summary>Signing secrets of endpoints and accounts; an owner has one current secret, and those before it until they expire.</summary>
internal sealed class SecretStore(SecretCipher cipher)
{
    const int KeptAtMost = 10;

    const string SecretInsert = """
        insert into webhook_secret (id, owner_id, account_id, cipher) values ($1, $2, $3, $4)
        on conflict (owner_id) where expires_at is null do nothing
        """;

    const string CurrentExpire = "update webhook_secret set expires_at = now() + $2 where owner_id = $1 and expires_at is null";

    // The oldest beyond the limit go at once, so that rotating in a row can't grow the header without end.
    const string ExpiredDelete = """
        delete from webhook_secret where owner_id = $1 and (expires_at <= now() or id in (
          select id from webhook_secret where owner_id = $1 and expires_at is not null order by created_at desc offset $2))
        """;

    const string CurrentSelect = """
        select cipher, created_at, (select max(expires_at) from webhook_secret where owner_id = $1 and expires_at > now())
        from webhook_secret where owner_id = $1 and expires_at is null
        """;

    const string ValidSelect =
        "select cipher from webhook_secret where owner_id = $1 and (expires_at is null or expires_at > now()) order by created_at desc, id desc";

    const string OwnerDelete = "delete from webhook_secret where owner_id = $1";

    /// <summary>Makes the owner's first secret; nothing happens when there is one.</summary>
    public async Task CreateAsync(UnitOfWork work, Guid ownerId, Guid accountId, byte[] secret, CancellationToken ct)
    {
        await using var insert = work.Command(SecretInsert, Guid.CreateVersion7(), ownerId, accountId, cipher.Encrypt(secret, ownerId));
        await insert.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A new current secret; the one before signs beside it for the overlap.</summary>
    public async Task RotateAsync(UnitOfWork work, Guid ownerId, Guid accountId, byte[] secret, TimeSpan overlap, CancellationToken ct)
    {
        await using var batch = work.Batch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(CurrentExpire) { Parameters = { V(ownerId), V(overlap) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ExpiredDelete) { Parameters = { V(ownerId), V(KeptAtMost) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SecretInsert)
        {
            Parameters = { V(Guid.CreateVersion7()), V(ownerId), V(accountId), V(cipher.Encrypt(secret, ownerId)) },
        });
        await batch.ExecuteNonQueryAsync(ct);
    }

    public async Task<CurrentSecret?> FindAsync(UnitOfWork work, Guid ownerId, CancellationToken ct)
    {
        await using var select = work.Command(CurrentSelect, ownerId);
        await using var reader = await select.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new CurrentSecret(cipher.Decrypt(reader.GetFieldValue<byte[]>(0), ownerId), reader.GetFieldValue<DateTimeOffset>(1),
                reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2))
            : null;
    }

    /// <summary>The keys that sign now, newest first; an owner's first one is made here.</summary>
    public async Task<List<byte[]>> ValidAsync(UnitOfWork work, Guid ownerId, Guid accountId, CancellationToken ct)
    {
        var keys = await ReadValidAsync(work, ownerId, ct);
        if (keys.Count > 0) return keys;
        await CreateAsync(work, ownerId, accountId, WebhookSecret.New(), ct);
        return await ReadValidAsync(work, ownerId, ct);
    }

    public static async Task DeleteAsync(UnitOfWork work, Guid ownerId, CancellationToken ct)
    {
        await using var delete = work.Command(OwnerDelete, ownerId);
        await delete.ExecuteNonQueryAsync(ct);
    }

    async Task<List<byte[]>> ReadValidAsync(UnitOfWork work, Guid ownerId, CancellationToken ct)
    {
        await using var select = work.Command(ValidSelect, ownerId);
        await using var reader = await select.ExecuteReaderAsync(ct);
        var keys = new List<byte[]>();
        while (await reader.ReadAsync(ct)) keys.Add(cipher.Decrypt(reader.GetFieldValue<byte[]>(0), ownerId));
        return keys;
    }

    static NpgsqlParameter V(object value) => new() { Value = value };
}
