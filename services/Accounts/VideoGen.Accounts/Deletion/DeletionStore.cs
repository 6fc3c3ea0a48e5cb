using VideoGen.Accounts.Rows;
using VideoGen.Durability;

namespace VideoGen.Accounts.Deletion;

/// <summary>What closing and erasing an account changes.</summary>
internal sealed class DeletionStore
{
    // An operator's account is not closed, whatever the caller's token says that was made before.
    const string AccountClose = "update accounts set closed_at = now() where id = $1 and closed_at is null and not is_operator";

    // The rounds of its sessions go on, so that no token stands for anybody even where the closing is not looked at.
    const string SessionsEnd = "update users set session_round = session_round + 1 where account_id = $1";

    const string KeysRevoke = """
        update api_keys set revoked_at = now() where account_id = $1 and revoked_at is null returning id, revoked_at
        """;

    const string AccountErase = """
        update accounts set name = 'Erased account', erased_at = coalesce(erased_at, now()) where id = $1 and closed_at is not null
        """;

    // The host of the address is one that can never be (RFC 2606).
    const string UserErase = """
        update users set email = 'erased-' || account_id || '@erased.invalid', email_key = 'erased-' || account_id || '@erased.invalid',
          password_hash = null
        where account_id = $1
        """;

    const string KeysDelete = "delete from api_keys where account_id = $1";

    const string LettersDelete = "delete from dead_letter where account_id = $1";

    const string IsErasedSelect = "select erased_at is not null from accounts where id = $1";

    /// <summary>False when it is closed already.</summary>
    public async Task<bool> CloseAsync(UnitOfWork work, Guid accountId, CancellationToken ct)
    {
        if (await work.Command(AccountClose, accountId).RunAsync(ct) == 0) return false;
        await work.Command(SessionsEnd, accountId).RunAsync(ct);
        return true;
    }

    public Task<List<(Guid KeyId, DateTimeOffset RevokedAt)>> RevokeKeysAsync(UnitOfWork work, Guid accountId, CancellationToken ct) =>
        work.Command(KeysRevoke, accountId).ToListAsync(row => (row.GetGuid(0), row.Time(1)), ct);

    /// <summary>Takes away what names a person; false when the account is not closed.</summary>
    public async Task<bool> EraseAsync(UnitOfWork work, Guid accountId, CancellationToken ct)
    {
        if (await work.Command(AccountErase, accountId).RunAsync(ct) == 0) return false;
        foreach (var sql in (string[])[UserErase, KeysDelete, LettersDelete]) await work.Command(sql, accountId).RunAsync(ct);
        return true;
    }

    public async Task<bool> IsErasedAsync(UnitOfWork work, Guid accountId, CancellationToken ct) =>
        await work.Command(IsErasedSelect, accountId).ValueAsync<bool>(ct) ?? true;
}
