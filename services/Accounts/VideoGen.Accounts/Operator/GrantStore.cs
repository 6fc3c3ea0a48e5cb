using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Rows;
using VideoGen.Durability;

namespace VideoGen.Accounts.Operator;

/// <summary>A grant that was made under an operation's name.</summary>
internal sealed record MadeGrant(Guid AccountId, DateTimeOffset? ExpiresAt, LedgerEntry Entry);

internal sealed class GrantStore
{
    // Two requests with one key for different accounts hold different wallets' locks: this makes the second wait for the first.
    const string OperationLock = "select pg_advisory_xact_lock(hashtextextended($1, 0))";

    const string GrantByOperation = """
        select t.account_id, g.expires_at, t.id, t.sequence, t.kind, t.amount, transfer_effect(t, 'available'), t.available_after, t.held_after,
               t.reason, t.created_at
        from transfers t left join grants g on g.id = t.id where t.operation = $1
        """;

    public Task LockAsync(UnitOfWork work, string operation, CancellationToken ct) => work.Command(OperationLock, operation).RunAsync(ct);

    /// <summary>Null when no grant has that operation's name.</summary>
    public Task<MadeGrant?> FindAsync(UnitOfWork work, string operation, CancellationToken ct) =>
        work.Command(GrantByOperation, operation).FirstAsync(row => new MadeGrant(row.GetGuid(0), row.TimeOrNull(1),
            new LedgerEntry(row.GetGuid(2), row.GetInt64(3), row.GetString(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8),
                JobId: null, row.GetString(9), row.Time(10))), ct);
}
