using Npgsql;
using VideoGen.Jobs.Read;

namespace VideoGen.Jobs.Operator;

/// <summary>Jobs of all accounts, deleted ones too, and the questions whether all is well with them.</summary>
internal sealed class OperatorStore(NpgsqlDataSource source)
{
    const string Columns = $"""
        {JobRow.Columns}, {JobRow.QueuePositionColumn}, job.user_id, job.key_id, job.late_success,
        (select saga.state ->> 'current_state' from saga where saga.kind = 'JobSaga' and saga.id = job.id) as saga_state
        """;

    const string JobSelect = $"select {Columns} from job where job.id = $1";

    const string Matches = $"($10::uuid is null or job.account_id = $10) and {ReadStore.Filters}";

    const string JobsSelect = $"""
        select {Columns} from job where {Matches} and ($11::uuid is null or job.id < $11)
        order by job.id desc limit $12 offset $13
        """;

    const string JobsCount = $"select count(*) from job where {Matches}";

    const string OverdueSelect = "select id from job where ended_at is null and deadline_at < now() - interval '2 minutes' limit 1000";

    const string WithoutSagaSelect = """
        select id from job where ended_at is null and created_at < now() - interval '1 minute'
          and not exists (select 1 from saga where saga.kind = 'JobSaga' and saga.id = job.id) limit 1000
        """;

    const string SagaEndedSelect = """
        select job.id from job join saga on saga.kind = 'JobSaga' and saga.id = job.id
        where job.ended_at is null and saga.state ->> 'current_state' in ('Completed', 'Failed', 'Cancelled') limit 1000
        """;

    const string WithoutSlotSelect = "select id from job where ended_at is null and not exists (select 1 from slot where slot.job_id = job.id) limit 1000";

    const string SlotLeftSelect = "select job.id from slot join job on job.id = slot.job_id where job.ended_at is not null limit 1000";

    const string SlotRecount = """
        select account_id from slot_account account
        left join (
          select account_id, count(*) filter (where running) as running, count(*) filter (where not running) as waiting from slot group by account_id
        ) counted using (account_id)
        where account.running <> coalesce(counted.running, 0) or account.waiting <> coalesce(counted.waiting, 0) limit 1000
        """;

    const string SlotIdleSelect = """
        select account_id from slot_account account where account.waiting > 0 and account.running < account.running_limit limit 1000
        """;

    /// <summary>Name, meaning and query of each check; every row found is a fault.</summary>
    static readonly (string Name, string Meaning, string Sql)[] Checks =
    [
        ("overdue_jobs", "Jobs that live on more than two minutes after their deadline.", OverdueSelect),
        ("jobs_without_saga", "Living jobs, older than a minute, that no state machine has taken charge of.", WithoutSagaSelect),
        ("saga_ended_first", "Living jobs whose state machine has ended.", SagaEndedSelect),
        ("jobs_without_slot", "Living jobs that are in no queue.", WithoutSlotSelect),
        ("slots_left_behind", "Ended jobs that still take a place.", SlotLeftSelect),
        ("slot_counts", "Accounts whose counts differ from their rows.", SlotRecount),
    ];

    /// <summary>Only a fault where no global limit is set: with one, accounts wait for each other.</summary>
    static readonly (string Name, string Meaning, string Sql) IdleCheck =
        ("idle_slots", "Accounts with a free slot beside a waiting job.", SlotIdleSelect);

    public async Task<OperatorJobRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var command = source.CreateCommand(JobSelect);
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Row(reader) : null;
    }

    /// <summary>Newest first; one more than the limit when there are more.</summary>
    public async Task<IReadOnlyList<OperatorJobRow>> ListAsync(Guid? accountId, JobsQuery query, CancellationToken ct)
    {
        await using var command = source.CreateCommand(JobsSelect);
        ReadStore.AddFilters(command, query);
        command.Parameters.Add(Sql.Uuid(accountId));
        command.Parameters.Add(Sql.Uuid(query.Before));
        command.Parameters.Add(new NpgsqlParameter { Value = (long)query.Limit + 1 });
        command.Parameters.Add(new NpgsqlParameter { Value = query.Offset });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<OperatorJobRow>();
        while (await reader.ReadAsync(ct)) rows.Add(Row(reader));
        return rows;
    }

    public async Task<long> CountAsync(Guid? accountId, JobsQuery query, CancellationToken ct)
    {
        await using var command = source.CreateCommand(JobsCount);
        ReadStore.AddFilters(command, query);
        command.Parameters.Add(Sql.Uuid(accountId));
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Runs every check in one snapshot, so that changes under way can't look like faults.</summary>
    public async Task<IReadOnlyList<(string Name, string Meaning, IReadOnlyList<Guid> Found)>> CheckAsync(bool idleIsFault, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        var results = new List<(string, string, IReadOnlyList<Guid>)>();
        foreach (var (name, meaning, sql) in idleIsFault ? [.. Checks, IdleCheck] : Checks)
        {
            await using var command = new NpgsqlCommand(sql, connection, snapshot);
            await using var reader = await command.ExecuteReaderAsync(ct);
            var found = new List<Guid>();
            while (await reader.ReadAsync(ct)) found.Add(reader.GetGuid(0));
            results.Add((name, meaning, found));
        }
        return results;
    }

    static OperatorJobRow Row(NpgsqlDataReader reader) => new(
        JobRow.Read(reader), Guid(reader, 36), Guid(reader, 37), reader.IsDBNull(38) ? null : reader.GetString(38),
        reader.IsDBNull(39) ? null : reader.GetString(39));

    static Guid? Guid(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);
}

internal sealed record OperatorJobRow(JobRow Job, Guid? UserId, Guid? KeyId, string? LateSuccess, string? SagaState);
