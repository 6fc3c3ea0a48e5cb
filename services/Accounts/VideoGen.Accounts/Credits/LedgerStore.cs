using Npgsql;
using VideoGen.Accounts.Rows;
using VideoGen.Durability;

namespace VideoGen.Accounts.Credits;

/// <summary>
/// The ledger's rows. An operation is: <see cref="LoadAsync"/> (one round trip; takes the wallet's lock, the only one), a
/// decision of <see cref="Ledger"/>, <see cref="SaveAsync"/> (one round trip), commit. The lock is taken before anything is
/// read, so that every read sees what the holder before committed.
/// </summary>
internal sealed class LedgerStore
{
    const string WalletLock = """
        select w.account_id, w.granted, w.captured, w.expired, w.held, w.sequence, a.plan, a.closed_at is not null
        from wallets w join accounts a on a.id = w.account_id where w.account_id = $1 for update of w
        """;

    const string ClockSelect = "select clock_timestamp()";

    const string HoldSelect = "select job_id, account_id, model, amount, state, round, captured, expires_at from holds where job_id = $1";

    const string GrantsSelect = """
        select id, source, amount, remaining, expires_at from grants
        where account_id = $1 and remaining > 0 order by expires_at nulls last, id
        """;

    const string WalletUpdate = """
        update wallets set granted = $2, captured = $3, expired = $4, held = $5, sequence = $6 where account_id = $1
        """;

    // A hold of a job that another account has is not ours to change: the where clause leaves it alone.
    const string HoldUpsert = """
        insert into holds as h (job_id, account_id, model, amount, state, round, captured, expires_at, resolved_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, case when $5 in ('open', 'confirmed') then null else clock_timestamp() end)
        on conflict (job_id) do update set state = excluded.state, round = excluded.round, captured = excluded.captured,
            expires_at = excluded.expires_at, resolved_at = excluded.resolved_at
        where h.account_id = excluded.account_id
        """;

    const string TransferInsert = """
        insert into transfers (account_id, sequence, id, kind, debit, credit, amount, operation, job_id, round, reason, available_after, held_after)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """;

    const string GrantInsert = """
        insert into grants (id, account_id, source, amount, remaining, expires_at) values ($1, $2, $3, $4, $4, $5)
        """;

    const string GrantUpdate = "update grants set remaining = $2 where id = $1";

    const string WalletInsert = "insert into wallets (account_id) values ($1)";

    const string HoldAccountSelect = "select account_id from holds where job_id = $1";

    const string HoldsToExpireSelect = """
        select job_id, account_id from holds where state = 'open' and expires_at <= now() order by expires_at limit $1
        """;

    const string CycleGrantedSelect = """
        select coalesce(sum(amount), 0)::bigint from grants where account_id = $1 and source = 'monthly' and expires_at = $2
        """;

    /// <summary>Locks the account's wallet and reads its books; null when there is no such account.</summary>
    /// <param name="jobId">The job whose hold matters.</param>
    /// <param name="grants">Whether the operation draws from grants.</param>
    public async Task<Books?> LoadAsync(UnitOfWork work, Guid accountId, Guid? jobId, bool grants, CancellationToken ct)
    {
        await using var batch = work.Batch();
        batch.Add(WalletLock, accountId);
        batch.Add(ClockSelect);
        if (jobId is { } id) batch.Add(HoldSelect, id);
        if (grants) batch.Add(GrantsSelect, accountId);

        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        var wallet = new Wallet(accountId, reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5));
        var (plan, isClosed) = (reader.GetString(6), reader.GetBoolean(7));
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        var now = reader.Time(0);
        Hold? hold = null;
        if (jobId is not null)
        {
            await reader.NextResultAsync(ct);
            if (await reader.ReadAsync(ct)) hold = ReadHold(reader);
        }
        List<Grant> left = [];
        if (grants)
        {
            await reader.NextResultAsync(ct);
            left = await reader.ToListAsync(ReadGrant, ct);
        }
        return new Books(wallet, plan, hold, left, now, isClosed);
    }

    /// <summary>Writes what a decision changed; nothing when it changed nothing.</summary>
    public async Task SaveAsync(UnitOfWork work, Posting posting, CancellationToken ct)
    {
        if (posting.IsEmpty) return;
        await using var batch = work.Batch();
        var wallet = posting.Wallet;
        if (posting.Transfers.Count > 0)
            batch.Add(WalletUpdate, wallet.AccountId, wallet.Granted, wallet.Captured, wallet.Expired, wallet.Held, wallet.Sequence);
        if (posting.Hold is { } hold)
            batch.Add(HoldUpsert, hold.JobId, hold.AccountId, hold.Model, hold.Amount, Word(hold.State), (short)hold.Round, hold.Captured, hold.ExpiresAt);
        foreach (var transfer in posting.Transfers) Add(batch, wallet.AccountId, transfer, posting.NewGrant?.Id ?? Guid.CreateVersion7());
        if (posting.NewGrant is { } grant) batch.Add(GrantInsert, grant.Id, wallet.AccountId, Word(grant.Source), grant.Amount, grant.ExpiresAt);
        foreach (var drawn in posting.Grants) batch.Add(GrantUpdate, drawn.Id, drawn.Remaining);
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>An empty wallet for a new account.</summary>
    public Task OpenAsync(UnitOfWork work, Guid accountId, CancellationToken ct) => work.Command(WalletInsert, accountId).RunAsync(ct);

    /// <summary>Whose hold it is; null when the job has none.</summary>
    public Task<Guid?> FindAccountAsync(UnitOfWork work, Guid jobId, CancellationToken ct) =>
        work.Command(HoldAccountSelect, jobId).ValueAsync<Guid>(ct);

    /// <summary>What the plan has granted in the cycle that ends then.</summary>
    public async Task<long> CycleGrantedAsync(UnitOfWork work, Guid accountId, DateTimeOffset cycleEndsAt, CancellationToken ct) =>
        await work.Command(CycleGrantedSelect, accountId, cycleEndsAt).ValueAsync<long>(ct) ?? 0;

    /// <summary>Open holds whose time has come, the oldest first.</summary>
    public Task<List<(Guid JobId, Guid AccountId)>> HoldsToExpireAsync(NpgsqlDataSource source, int limit, CancellationToken ct) =>
        source.Command(HoldsToExpireSelect, limit).ToListAsync(row => (row.GetGuid(0), row.GetGuid(1)), ct);

    // A grant and its transfer have the same id, by which each is found from the other.
    static void Add(NpgsqlBatch batch, Guid accountId, Transfer transfer, Guid id)
    {
        var (debit, credit) = transfer.Legs;
        batch.Add(TransferInsert, accountId, transfer.Sequence, id, Word(transfer.Kind), debit, credit, transfer.Amount,
            transfer.Operation, transfer.JobId, (short?)transfer.Round, transfer.Reason, transfer.AvailableAfter, transfer.HeldAfter);
    }

    static Hold ReadHold(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetInt64(3),
        Enum.Parse<HoldState>(row.GetString(4), ignoreCase: true), row.GetInt16(5), row.GetInt64(6), row.Time(7));

    static Grant ReadGrant(NpgsqlDataReader row) => new(row.GetGuid(0), Enum.Parse<GrantSource>(row.GetString(1), ignoreCase: true),
        row.GetInt64(2), row.GetInt64(3), row.TimeOrNull(4));

    static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
