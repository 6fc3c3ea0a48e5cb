using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Commands;

namespace VideoGen.Providers.Attempts;

/// <summary>The tables of generations and attempts.</summary>
internal sealed class GenerationStore(NpgsqlDataSource source)
{
    const string GenerationInsert = """
        insert into generations (job_id, account_id, model, input, assets, test, script, deadline, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'starting') on conflict (job_id) do nothing
        """;

    const string GenerationById = """
        select job_id, model, input, assets, test, script, deadline, state, version, attempt_id, cancel_requested_at is not null, now()
        from generations where job_id = $1 and model is not null
        """;

    const string AttemptColumns = """
        id, job_id, number, model, route, connector, vendor_model, test, state, vendor_id, percent, step, message, sequence, told_at, refusal_kind,
        error_code, error_message, error_detail, retry_after, outputs, result_text, outputs_expire_at, created_at, accepted_at, ended_at,
        vendor_memo, usage, charged, route_taken, cost_usd, vendor_key, chosen, chosen_by
        """;

    const string AttemptsByJob = $"select {AttemptColumns} from attempts where job_id = $1 order by number";
    const string AttemptById = $"select {AttemptColumns} from attempts where id = $1";

    // The version is the fence: a worker that was overtaken finds another one. A cancel does not change it, so that it never
    // undoes what a worker has just learned from a vendor.
    const string GenerationUpdate = """
        update generations set state = $3, attempt_id = $4, error_code = $5, error_message = $6, version = version + 1,
          ended_at = case when $3 in ('succeeded', 'failed', 'cancelled') then now() end
        where job_id = $1 and version = $2
        returning cancel_requested_at is not null
        """;

    const string CancelMark = """
        update generations set cancel_requested_at = coalesce(cancel_requested_at, now()), cancel_reason = coalesce(cancel_reason, $2)
        where job_id = $1 and ended_at is null
        """;

    const string TombstoneInsert = """
        insert into generations (job_id, state, ended_at, cancel_requested_at, cancel_reason) values ($1, 'cancelled', now(), now(), $2)
        on conflict (job_id) do nothing
        """;

    const string AttemptInsert = """
        insert into attempts
          (id, job_id, number, model, route, connector, vendor_model, test, state, route_taken, vendor_key, chosen, chosen_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'creating', $9, $10, $11, $12)
        """;

    const string AttemptAccept = """
        update attempts set state = 'running', vendor_id = $2, vendor_memo = $3, accepted_at = now(), refusal_kind = null, error_code = null, error_message = null,
          error_detail = null where id = $1
        returning accepted_at
        """;

    const string AttemptBookLate = """
        update attempts set vendor_id = $2, vendor_memo = coalesce($3, vendor_memo), accepted_at = coalesce(accepted_at, now()), refusal_kind = null,
          error_code = null, error_message = null, error_detail = null where id = $1
        """;

    const string AttemptDoubt = "update attempts set state = 'unknown', error_detail = $2 where id = $1";

    const string AttemptProgress =
        "update attempts set percent = $2, step = $3, message = $4, sequence = sequence + 1, told_at = now() where id = $1";

    const string AttemptSucceed = """
        update attempts set state = 'succeeded', percent = 100, outputs = $2, result_text = $3, outputs_expire_at = $4, usage = coalesce($5, usage), cost_usd = $6,
          ended_at = coalesce(ended_at, now()) where id = $1
        """;

    const string AttemptEnd = """
        update attempts set state = $2, refusal_kind = $3, error_code = $4, error_message = $5, error_detail = $6, retry_after = $7, charged = $8, cost_usd = $9,
          ended_at = now()
        where id = $1
        """;

    const string JobOfAttempt = "select job_id from attempts where id = $1";

    /// <summary>False when the job has a generation already.</summary>
    public static async Task<bool> InsertAsync(UnitOfWork work, StartGeneration start, CancellationToken ct)
    {
        await using var command = work.Command(GenerationInsert, start.JobId, start.AccountId, start.Model, Json(start.Input, NpgsqlDbType.Json), Json(start.Assets, NpgsqlDbType.Json), start.Test,
            Json(start.Script, NpgsqlDbType.Json), start.Deadline.ToUniversalTime());
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>True when it had not ended, so that the worker must know.</summary>
    public static async Task<bool> MarkCancelledAsync(UnitOfWork work, CancelGeneration cancel, CancellationToken ct)
    {
        await using var command = work.Command(CancelMark, cancel.JobId, cancel.Reason);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>True when the job was not known, so that its start, if it still comes, must do nothing.</summary>
    public static async Task<bool> InsertTombstoneAsync(UnitOfWork work, CancelGeneration cancel, CancellationToken ct)
    {
        await using var command = work.Command(TombstoneInsert, cancel.JobId, cancel.Reason);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>The generation with its attempts; null when it is not known, or was cancelled before it was asked for.</summary>
    public async Task<Generation?> FindAsync(Guid jobId, CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(GenerationById) { Parameters = { new NpgsqlParameter { Value = jobId } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(AttemptsByJob) { Parameters = { new NpgsqlParameter { Value = jobId } } });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        var generation = new Generation(
            reader.GetGuid(0), reader.GetString(1), JsonElement.Parse(reader.GetString(2)), Parse<IReadOnlyList<GenerationAsset>>(reader.GetString(3)),
            reader.GetBoolean(4), reader.IsDBNull(5) ? null : Parse<SimulatorScript>(reader.GetString(5)), reader.GetFieldValue<DateTimeOffset>(6),
            reader.GetString(7), reader.GetInt64(8), reader.IsDBNull(9) ? null : reader.GetGuid(9), reader.GetBoolean(10),
            reader.GetFieldValue<DateTimeOffset>(11), []);
        await reader.NextResultAsync(ct);
        return generation with { Attempts = await ReadAttemptsAsync(reader, ct) };
    }

    public async Task<IReadOnlyList<AttemptRow>> AttemptsAsync(Guid jobId, CancellationToken ct) => await AttemptsAsync(AttemptsByJob, jobId, ct);

    public async Task<AttemptRow?> FindAttemptAsync(Guid attemptId, CancellationToken ct) => (await AttemptsAsync(AttemptById, attemptId, ct)).SingleOrDefault();

    public static async Task<Guid?> JobOfAsync(UnitOfWork work, Guid attemptId, CancellationToken ct)
    {
        await using var command = work.Command(JobOfAttempt, attemptId);
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    /// <summary>Whether a cancel has been asked for; null when another worker has changed the generation since it was read.</summary>
    public static async Task<bool?> UpdateAsync(
        UnitOfWork work, Generation generation, string state, Guid? attemptId, string? errorCode, string? errorMessage, CancellationToken ct)
    {
        await using var command = work.Command(
            GenerationUpdate, generation.JobId, generation.Version, state, Typed(attemptId, NpgsqlDbType.Uuid), Text(errorCode), Text(errorMessage));
        return await command.ExecuteScalarAsync(ct) as bool?;
    }

    public static Task InsertAttemptAsync(UnitOfWork work, AttemptRow attempt, CancellationToken ct) => RunAsync(work.Command(
        AttemptInsert, attempt.Id, attempt.JobId, attempt.Number, attempt.Model, attempt.Route, attempt.Connector, attempt.VendorModel, attempt.Test,
        Json(attempt.Taken, NpgsqlDbType.Json), Text(attempt.Key), Text(attempt.Chosen), Text(attempt.ChosenBy)), ct);

    /// <summary>The time of acceptance.</summary>
    public static async Task<DateTimeOffset> AcceptAsync(UnitOfWork work, Guid attemptId, string vendorId, JsonElement? memo, CancellationToken ct)
    {
        await using var command = work.Command(AttemptAccept, attemptId, Text(vendorId), Json(memo));
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(ct))!);
    }

    /// <summary>What is known by now of work that was given up, before its result is written.</summary>
    public static Task BookLateAsync(UnitOfWork work, AttemptRow attempt, CancellationToken ct) =>
        RunAsync(work.Command(AttemptBookLate, attempt.Id, Text(attempt.VendorId), Json(attempt.Memo)), ct);

    public static Task DoubtAsync(UnitOfWork work, Guid attemptId, string detail, CancellationToken ct) => RunAsync(work.Command(AttemptDoubt, attemptId, Text(detail)), ct);

    public static Task ProgressAsync(UnitOfWork work, Guid attemptId, VendorState.Running running, CancellationToken ct) =>
        RunAsync(work.Command(AttemptProgress, attemptId, running.Percent, running.Step, Text(running.Message)), ct);

    public static Task SucceedAsync(
        UnitOfWork work, Guid attemptId, VendorState.Succeeded succeeded, decimal? costUsd, CancellationToken ct) => RunAsync(work.Command(
        AttemptSucceed, attemptId, Json(succeeded.Outputs), Text(succeeded.Text), Typed(succeeded.ExpireAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz),
        Json(succeeded.Usage.Count == 0 ? null : succeeded.Usage), Typed(costUsd, NpgsqlDbType.Numeric)), ct);

    public static Task EndAttemptAsync(
        UnitOfWork work, Guid attemptId, AttemptState state, Refusal? refusal, decimal? costUsd, CancellationToken ct) => RunAsync(work.Command(
        AttemptEnd, attemptId, state.ToString().ToLowerInvariant(), Text(refusal?.Kind.ToString()), Text(refusal?.Code.Code), Text(refusal?.Message),
        Text(refusal?.Detail), Typed(refusal?.RetryAfter, NpgsqlDbType.Interval), Text(refusal?.Charged.ToString().ToLowerInvariant()),
        Typed(costUsd, NpgsqlDbType.Numeric)), ct);

    async Task<List<AttemptRow>> AttemptsAsync(string sql, Guid id, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await ReadAttemptsAsync(reader, ct);
    }

    static async Task<List<AttemptRow>> ReadAttemptsAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var attempts = new List<AttemptRow>();
        while (await reader.ReadAsync(ct)) attempts.Add(Attempt(reader));
        return attempts;
    }

    static AttemptRow Attempt(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetString(3), reader.GetInt32(4), reader.GetString(5), reader.GetString(6),
        reader.GetBoolean(7), Enum.Parse<AttemptState>(reader.GetString(8), ignoreCase: true), reader.IsDBNull(9) ? null : reader.GetString(9),
        reader.GetInt32(10), reader.GetString(11), reader.IsDBNull(12) ? null : reader.GetString(12), reader.GetInt64(13), Time(reader, 14), RefusalOf(reader),
        reader.IsDBNull(20) ? [] : Parse<IReadOnlyList<GenerationOutput>>(reader.GetString(20)), reader.IsDBNull(21) ? null : reader.GetString(21),
        Time(reader, 22), reader.GetFieldValue<DateTimeOffset>(23), Time(reader, 24), Time(reader, 25))
        {
            Memo = reader.IsDBNull(26) ? null : JsonElement.Parse(reader.GetString(26)),
            Taken = reader.IsDBNull(29) ? null : Parse<ConnectorRoute>(reader.GetString(29)),
            Usage = reader.IsDBNull(27) ? [] : Parse<IReadOnlyList<VendorUsage>>(reader.GetString(27)),
            CostUsd = reader.IsDBNull(30) ? null : reader.GetDecimal(30),
            Key = reader.IsDBNull(31) ? null : reader.GetString(31),
            Chosen = reader.IsDBNull(32) ? null : reader.GetString(32),
            ChosenBy = reader.IsDBNull(33) ? null : reader.GetString(33),
        };

    static Refusal? RefusalOf(NpgsqlDataReader reader) => reader.IsDBNull(15) ? null : new Refusal(
        Enum.Parse<RefusalKind>(reader.GetString(15)), ErrorCodes.Find(reader.GetString(16)), reader.GetString(17),
        reader.IsDBNull(18) ? null : reader.GetString(18), reader.IsDBNull(19) ? null : reader.GetTimeSpan(19),
        reader.IsDBNull(28) ? Charged.Unknown : Enum.Parse<Charged>(reader.GetString(28), ignoreCase: true));

    static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    static async Task RunAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command) await command.ExecuteNonQueryAsync(ct);
    }

    static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, ApiJson.Options)!;

    static NpgsqlParameter Json<T>(T? value, NpgsqlDbType type = NpgsqlDbType.Jsonb) =>
        Typed(value is null ? null : JsonSerializer.Serialize(value, ApiJson.Options), type);

    // Vendors may say anything, and PostgreSQL takes every character but NUL.
    static NpgsqlParameter Text(string? value) => Typed(value?.Replace("\0", "", StringComparison.Ordinal), NpgsqlDbType.Text);

    static NpgsqlParameter Typed(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
