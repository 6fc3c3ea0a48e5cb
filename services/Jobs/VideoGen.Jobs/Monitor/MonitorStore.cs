using System.Text.Json;
using Npgsql;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Read;

namespace VideoGen.Jobs.Monitor;

/// <summary>Jobs of all accounts that nobody has deleted, with what the feed tells of them.</summary>
internal sealed class MonitorStore(NpgsqlDataSource source)
{
    // The outermost ids stand for an open end, so that both are conditions of the index in every plan.
    const string JobsSelect = $"""
        select {JobRow.Columns} from job
        where job.deleted_at is null and ($1::text[] is null or job.status = any($1))
          and job.id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') and job.id >= coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
        order by job.id desc limit $4
        """;

    const string LivingSelect = $"""
        select {JobRow.Columns} from job
        where job.ended_at is null and job.deleted_at is null and ($1::text[] is null or job.status = any($1))
          and job.id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') and job.id >= coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
        order by job.id desc limit $4
        """;

    const string JobsByIdSelect = $"select {JobRow.Columns} from job where job.id = any($1) and job.deleted_at is null order by job.id desc";

    /// <summary>The longest story that is told of one job.</summary>
    const string ChangesSelect = """
        select told.job_id, told.type, told.event ->> 'timestamp', (told.event -> 'data' -> 'progress')::text
        from unnest($1::uuid[]) as wanted (id)
        cross join lateral (
          select feed_event.job_id, feed_event.type, convert_from(feed_event.body, 'UTF8')::json as event
          from feed_event where feed_event.job_id = wanted.id order by feed_event.xid, feed_event.id limit 100
        ) told
        """;

    const string LivingTally = "select count(*) filter (where status = 'queued'), count(*) filter (where status <> 'queued') from job where ended_at is null";

    const string CompletedTally = """
        select count(*) from job where status = 'completed' and ended_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc'
        """;

    const string FailedTally = """
        select count(*) filter (where status = 'failed') from job
        where status in ('failed', 'cancelled') and ended_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc'
        """;

    const string ChangedSelect = """
        (select id, version from job where ended_at is null and updated_at > $1 limit 1000)
        union all (select id, version from job where status = 'completed' and ended_at > $1 limit 1000)
        union all (select id, version from job where status in ('failed', 'cancelled') and ended_at > $1 limit 1000)
        limit 1000
        """;

    const string ClockSelect = "select now()";

    /// <summary>Newest first; one more than the limit when there are more.</summary>
    public async Task<IReadOnlyList<JobRow>> ListAsync(MonitorQuery query, CancellationToken ct)
    {
        // Who asks for living jobs alone gets them from the index of those, however many have ended since.
        var livingOnly = query.Statuses is { } statuses && !statuses.Intersect(JobStatus.Ends, StringComparer.Ordinal).Any();
        await using var command = source.CreateCommand(livingOnly ? LivingSelect : JobsSelect);
        command.Parameters.Add(Sql.Texts(query.Statuses));
        command.Parameters.Add(Sql.Uuid(query.Before));
        command.Parameters.Add(Sql.Uuid(query.From));
        command.Parameters.Add(new NpgsqlParameter { Value = (long)query.Limit + 1 });
        return await RowsAsync(command, ct);
    }

    public async Task<IReadOnlyList<JobRow>> ListAsync(Guid[] ids, CancellationToken ct)
    {
        await using var command = source.CreateCommand(JobsByIdSelect);
        command.Parameters.Add(new NpgsqlParameter { Value = ids });
        return await RowsAsync(command, ct);
    }

    /// <summary>What the feed told of each of these jobs, oldest first.</summary>
    public async Task<IReadOnlyDictionary<Guid, List<JobChange>>> ChangesAsync(Guid[] ids, CancellationToken ct)
    {
        await using var command = source.CreateCommand(ChangesSelect);
        command.Parameters.Add(new NpgsqlParameter { Value = ids });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var changes = new Dictionary<Guid, List<JobChange>>();
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);
            if (!changes.TryGetValue(id, out var story)) changes[id] = story = [];
            story.Add(new JobChange(reader.GetString(1), DateTimeOffset.Parse(reader.GetString(2), System.Globalization.CultureInfo.InvariantCulture),
                JsonSerializer.Deserialize<JobProgress>(reader.GetString(3), ApiJson.Options)!));
        }
        return changes;
    }

    public async Task<MonitorPulse> PulseAsync(DateTimeOffset since, CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        foreach (var sql in (string[])[ClockSelect, LivingTally, CompletedTally, FailedTally]) batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ChangedSelect) { Parameters = { new NpgsqlParameter { Value = since } } });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var at = reader.GetFieldValue<DateTimeOffset>(0);
        await NextAsync(reader, ct);
        var (queued, running) = (reader.GetInt64(0), reader.GetInt64(1));
        await NextAsync(reader, ct);
        var completed = reader.GetInt64(0);
        await NextAsync(reader, ct);
        var failed = reader.GetInt64(0);
        await reader.NextResultAsync(ct);
        var changed = new List<JobVersion>();
        while (await reader.ReadAsync(ct)) changed.Add(new JobVersion(reader.GetGuid(0), reader.GetInt64(1)));
        return new MonitorPulse(at, new JobTallies(queued, running, completed, failed), changed);
    }

    static async Task NextAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
    }

    static async Task<IReadOnlyList<JobRow>> RowsAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<JobRow>();
        while (await reader.ReadAsync(ct)) rows.Add(JobRow.Read(reader));
        return rows;
    }
}
