using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.Storage.Contracts.Commands;

namespace VideoGen.Storage.Ingest;

/// <summary>One row of table <c>ingest</c>.</summary>
/// <param name="State"><c>pending</c>, <c>done</c>, <c>failed</c> or <c>discarded</c>.</param>
/// <param name="Age">Since this round began, by the database's clock.</param>
/// <param name="Test">Whether the job is a test job; null when nobody said.</param>
/// <param name="RetentionDays">How long what it stores is kept; null for ever.</param>
/// <param name="Answer">The event that was published; null while pending.</param>
internal sealed record IngestRow(
    Guid JobId, Guid AccountId, Guid AttemptId, int Round, string State, IReadOnlyList<OutputSource> Sources, TimeSpan Age, JsonDocument? Answer,
    int? RetentionDays = null, bool? Test = null);

/// <summary>Table <c>ingest</c>.</summary>
internal sealed class IngestStore(NpgsqlDataSource source)
{
    const string Columns = "job_id, account_id, attempt_id, round, state, sources, now() - started_at, answer, retention_days, test";

    const string IngestSelect = $"select {Columns} from ingest where job_id = $1";

    const string IngestLock = $"select {Columns} from ingest where job_id = $1 for update";

    // Of several first commands at once one gets in; the others wait for it and find its row.
    const string IngestInsert = """
        insert into ingest (job_id, account_id, attempt_id, round, state, sources, retention_days, test)
        values ($1, $2, $3, $4, 'pending', $5, $6, $7)
        on conflict (job_id) do nothing
        """;

    // A new round with fresh links, of a row that is locked.
    const string IngestRenew = """
        update ingest set account_id = $2, attempt_id = $3, round = $4, state = 'pending', sources = $5, retention_days = $6, test = $7,
          answer = null, started_at = now(), ended_at = null
        where job_id = $1
        """;

    const string IngestEnd = "update ingest set state = $2, answer = $3, sources = '[]', ended_at = now() where job_id = $1";

    const string DiscardUpsert = """
        insert into ingest (job_id, account_id, attempt_id, round, state, sources, ended_at) values ($1, $2, $1, 0, 'discarded', '[]', now())
        on conflict (job_id) do update set state = 'discarded', sources = '[]', answer = null, ended_at = now()
        """;

    // The rows stay, so that an order that comes late stores nothing.
    const string AccountDiscard = """
        with mine as (select job_id, state from ingest where account_id = $1 and state <> 'discarded' order by job_id limit $2 for update)
        update ingest set state = 'discarded', sources = '[]', answer = null, ended_at = coalesce(ended_at, now())
        from mine where ingest.job_id = mine.job_id returning ingest.job_id, mine.state = 'pending'
        """;

    // Not every message says whose it is; all say of which job.
    const string LettersDelete = """
        delete from dead_letter
        where account_id = $1 or exists (select from ingest where ingest.job_id = dead_letter.job_id and ingest.account_id = $1)
        """;

    const string ClosedInsert = "insert into closed_account (account_id) values ($1) on conflict do nothing";

    public async Task<IngestRow?> FindAsync(Guid jobId, CancellationToken ct)
    {
        await using var command = source.CreateCommand(IngestSelect);
        command.Parameters.Add(new() { Value = jobId });
        return await ReadAsync(command, ct);
    }

    /// <summary>The row, locked until the transaction ends.</summary>
    public static async Task<IngestRow?> LockAsync(UnitOfWork work, Guid jobId, CancellationToken ct)
    {
        await using var command = work.Command(IngestLock, jobId);
        return await ReadAsync(command, ct);
    }

    /// <summary>False, and nothing changed, when the job has a row already.</summary>
    public static async Task<bool> TryBeginAsync(UnitOfWork work, IngestOutputs order, CancellationToken ct)
    {
        await using var command = Write(work, IngestInsert, order);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Begins the order's round in the row that <see cref="LockAsync"/> has locked.</summary>
    public static async Task RenewAsync(UnitOfWork work, IngestOutputs order, CancellationToken ct)
    {
        await using var command = Write(work, IngestRenew, order);
        await command.ExecuteNonQueryAsync(ct);
    }

    public static async Task EndAsync(UnitOfWork work, Guid jobId, string state, object answer, CancellationToken ct)
    {
        await using var command = work.Command(IngestEnd, jobId, state, Json(answer));
        await command.ExecuteNonQueryAsync(ct);
    }

    public static async Task DiscardAsync(UnitOfWork work, Guid jobId, Guid accountId, CancellationToken ct)
    {
        await using var command = work.Command(DiscardUpsert, jobId, accountId);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>From now on what comes for the account goes at once.</summary>
    public static async Task CloseAccountAsync(UnitOfWork work, Guid accountId, CancellationToken ct)
    {
        await using var command = work.Command(ClosedInsert, accountId);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// A batch of the account's ingests is stopped, and what was said of them is forgotten. How many, and the jobs of those that had
    /// not ended.
    /// </summary>
    public static async Task<(int Count, List<Guid> Stopped)> DiscardOfAccountAsync(UnitOfWork work, Guid accountId, int limit, CancellationToken ct)
    {
        await using var command = work.Command(AccountDiscard, accountId, limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (count, stopped) = (0, new List<Guid>());
        for (; await reader.ReadAsync(ct); count++)
        {
            if (reader.GetBoolean(1)) stopped.Add(reader.GetGuid(0));
        }
        return (count, stopped);
    }

    /// <summary>Messages of the account that could not be handled, which operators would find.</summary>
    public static async Task DeleteLettersAsync(UnitOfWork work, Guid accountId, CancellationToken ct)
    {
        await using var command = work.Command(LettersDelete, accountId);
        await command.ExecuteNonQueryAsync(ct);
    }

    static NpgsqlCommand Write(UnitOfWork work, string sql, IngestOutputs order) =>
        work.Command(sql, order.JobId, order.AccountId, order.AttemptId, order.Round, Json(order.Outputs),
            new NpgsqlParameter { Value = (object?)order.RetentionDays ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
            new NpgsqlParameter { Value = (object?)order.Test ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean });

    static async Task<IngestRow?> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        return new IngestRow(
            reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetInt32(3), reader.GetString(4),
            JsonSerializer.Deserialize<List<OutputSource>>(reader.GetString(5), ApiJson.Options)!, reader.GetTimeSpan(6),
            reader.IsDBNull(7) ? null : JsonDocument.Parse(reader.GetString(7)), reader.IsDBNull(8) ? null : reader.GetInt32(8),
            reader.IsDBNull(9) ? null : reader.GetBoolean(9));
    }

    static NpgsqlParameter Json(object value) => new() { Value = JsonSerializer.Serialize(value, ApiJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb };
}
