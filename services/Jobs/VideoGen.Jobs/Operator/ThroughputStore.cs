using Npgsql;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Jobs.Operator;

/// <summary>Counts what the jobs of all accounts did within the last hour; each part has an index that holds little more than it.</summary>
internal sealed class ThroughputStore(NpgsqlDataSource source, TimeProvider time)
{
    const string HourAgo = "date_trunc('minute', now()) - interval '59 minutes'";

    const string LivingSelect = """
        select status, count(*), min(created_at) filter (where status = 'queued'), now() from job where ended_at is null
        group by grouping sets ((status), ()) order by status
        """;

    const string MinutesSelect = $"""
        with told as (
          select date_trunc('minute', created_at) as minute, 'accepted' as what from job where id >= $1 and created_at >= {HourAgo}
          union all
          select date_trunc('minute', ended_at), status from job where status = 'completed' and ended_at >= {HourAgo}
          union all
          select date_trunc('minute', ended_at), status from job where status in ('failed', 'cancelled') and ended_at >= {HourAgo}
        )
        select minute, count(*) filter (where what = 'accepted'), count(*) filter (where what = 'completed'),
          count(*) filter (where what = 'failed'), count(*) filter (where what = 'cancelled')
        from generate_series({HourAgo}, now(), interval '1 minute') clock (minute) left join told using (minute)
        group by minute order by minute
        """;

    const string LatencySelect = $"""
        select model, count(*),
          percentile_cont(0.5) within group (order by waited), percentile_cont(0.95) within group (order by waited),
          percentile_cont(0.5) within group (order by ran), percentile_cont(0.95) within group (order by ran)
        from (
          select model, extract(epoch from slot_at - created_at)::float8 as waited, extract(epoch from ended_at - slot_at)::float8 as ran
          from job
          where status = 'completed' and ended_at >= {HourAgo} and slot_at is not null and not test and script is null
        ) ended
        group by model order by count(*) desc, model
        """;

    /// <summary>Ids are made by our clock and begin with the time: no job of the last hour has one that is older than this.</summary>
    static readonly TimeSpan LongerThanAnHour = TimeSpan.FromMinutes(70);

    public async Task<ThroughputView> ReadAsync(CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LivingSelect));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(MinutesSelect)
        {
            Parameters = { new NpgsqlParameter { Value = Guid.CreateVersion7(time.GetUtcNow() - LongerThanAnHour) } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LatencySelect));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var (living, oldest, at) = await LivingAsync(reader, ct);
        await reader.NextResultAsync(ct);
        var minutes = new List<MinuteFigures>();
        while (await reader.ReadAsync(ct))
            minutes.Add(new MinuteFigures(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
        await reader.NextResultAsync(ct);
        var models = new List<ModelLatency>();
        while (await reader.ReadAsync(ct))
            models.Add(new ModelLatency(
                reader.GetString(0), reader.GetInt64(1), reader.GetDouble(2), reader.GetDouble(3), reader.GetDouble(4),
                reader.GetDouble(5)));
        return new ThroughputView(at, living, oldest, minutes, models);
    }

    /// <summary>One row for each state and one without a state, which is there even where no job lives.</summary>
    static async Task<(List<StateCount> Living, DateTimeOffset? OldestQueuedAt, DateTimeOffset At)> LivingAsync(
        NpgsqlDataReader reader, CancellationToken ct)
    {
        var living = new List<StateCount>();
        DateTimeOffset? oldest = null;
        var at = DateTimeOffset.MinValue;
        while (await reader.ReadAsync(ct))
        {
            if (!reader.IsDBNull(0)) living.Add(new StateCount(reader.GetString(0), reader.GetInt64(1)));
            if (!reader.IsDBNull(2)) oldest = reader.GetFieldValue<DateTimeOffset>(2);
            at = reader.GetFieldValue<DateTimeOffset>(3);
        }
        return (living, oldest, at);
    }
}
