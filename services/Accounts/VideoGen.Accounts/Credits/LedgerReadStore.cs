using Npgsql;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Rows;

namespace VideoGen.Accounts.Credits;

/// <summary>The ledger as its owner reads it.</summary>
internal sealed class LedgerReadStore(NpgsqlDataSource source)
{
    const string EntriesSelect = """
        select id, sequence, kind, amount, transfer_effect(t, 'available'), available_after, held_after, job_id, reason, created_at
        from transfers t
        where account_id = $1 and sequence < $2 and ($3::text is null or kind = $3)
        order by sequence desc limit $4
        """;

    // A statement of its own: with an optional filter the few rows of a job would be searched in the whole ledger of the account.
    const string JobEntriesSelect = """
        select id, sequence, kind, amount, transfer_effect(t, 'available'), available_after, held_after, job_id, reason, created_at
        from transfers t
        where account_id = $1 and sequence < $2 and ($3::text is null or kind = $3) and job_id = $4
        order by sequence desc limit $5
        """;

    /// <summary>Entries below a sequence number, newest first.</summary>
    public Task<List<LedgerEntry>> ListAsync(Guid accountId, long below, string? kind, Guid? jobId, int limit, CancellationToken ct) =>
        (jobId is { } job
            ? source.Command(JobEntriesSelect, accountId, below, kind, job, limit)
            : source.Command(EntriesSelect, accountId, below, kind, limit)).ToListAsync(Read, ct);

    static LedgerEntry Read(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4),
        row.GetInt64(5), row.GetInt64(6), row.IdOrNull(7), row.GetString(8), row.Time(9));
}
