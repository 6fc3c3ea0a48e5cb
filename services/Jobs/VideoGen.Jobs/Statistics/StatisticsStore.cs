using Npgsql;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Jobs.Statistics;

/// <summary>Counts and times, read from indexes alone.</summary>
internal sealed class StatisticsStore(NpgsqlDataSource source)
{
    // Of the completed ones, how long they ran; a completed job without a slot's time is older than that column's use.
    const string Runs = """
        count(*) filter (where status = 'completed') as completed, count(*) filter (where status = 'failed') as failed,
        count(*) filter (where status = 'cancelled') as cancelled,
        avg(seconds) as average, percentile_cont(0.5) within group (order by seconds) as median, min(seconds) as fastest, max(seconds) as slowest
        """;

    const string Seconds = "case when status = 'completed' then extract(epoch from ended_at - slot_at)::float8 end as seconds";

    const string RequestsSelect = """
        select count(*), count(*) filter (where created_at >= date_trunc('day', now(), 'UTC')), count(*) filter (where created_at > now() - interval '24 hours'),
          avg(extract(epoch from slot_at - created_at)::float8)
        from job where account_id = $1 and ($2::boolean is null or test = $2)
        """;

    // One row for each model and, last, one without a model for all of them.
    const string RunsSelect = $"""
        select model, {Runs}
        from (select model, status, {Seconds} from job where account_id = $1 and ($2::boolean is null or test = $2) and ended_at is not null) ended
        group by grouping sets ((model), ()) order by model is null, count(*) desc, model
        """;

    const string QueueSelect = """
        select running, waiting, case when most_waiting_on = (now() at time zone 'utc')::date then greatest(most_waiting, waiting) else waiting end
        from slot_account where account_id = $1
        """;

    const string ModelsSelect = $"""
        select model, {Runs} from (select model, status, {Seconds} from job where ended_at is not null and not test and script is null) ended group by model order by model
        """;

    const string SystemSelect = """
        select (select count(*) from slot where not running), (select count(*) from slot where running),
          (select count(*) from job where status = 'completed' and ended_at >= date_trunc('day', now(), 'UTC'))
        """;

    /// <param name="test">Only jobs of test keys, or only those of live ones; null for both.</param>
    public async Task<AccountStatistics> OfAccountAsync(Guid accountId, bool? test, CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(RequestsSelect) { Parameters = { V(accountId), Flag(test) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(RunsSelect) { Parameters = { V(accountId), Flag(test) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(QueueSelect) { Parameters = { V(accountId) } });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var (total, today, lastDay, wait) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), Number(reader, 3));
        await reader.NextResultAsync(ct);
        var models = await ModelsAsync(reader, ct);
        await reader.NextResultAsync(ct);
        var queue = await reader.ReadAsync(ct)
            ? new QueueFigures(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), wait)
            : new QueueFigures(0, 0, 0, wait);
        return new AccountStatistics(total, today, lastDay, models[^1].Runs, queue, [.. models[..^1].Select(one => new ModelFigures(one.Model!, one.Runs))]);
    }

    public async Task<ModelStatistics> OfModelsAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(ModelsSelect);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return new ModelStatistics([.. (await ModelsAsync(reader, ct)).Select(one => new ModelFigures(one.Model!, one.Runs))]);
    }

    public async Task<SystemStatistics> OfSystemAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(SystemSelect);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new SystemStatistics(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    static async Task<List<(string? Model, RunFigures Runs)>> ModelsAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var models = new List<(string?, RunFigures)>();
        while (await reader.ReadAsync(ct))
            models.Add((reader.IsDBNull(0) ? null : reader.GetString(0), new RunFigures(
                reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), Number(reader, 4), Number(reader, 5), Number(reader, 6), Number(reader, 7))));
        return models;
    }

    static double? Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    static NpgsqlParameter V(object value) => new() { Value = value };

    static NpgsqlParameter Flag(bool? value) => new() { Value = value is { } known ? known : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Boolean };
}
