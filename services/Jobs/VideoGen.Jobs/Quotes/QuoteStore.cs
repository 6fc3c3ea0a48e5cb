using Npgsql;

namespace VideoGen.Jobs.Quotes;

/// <summary>How long jobs of a model really took.</summary>
internal sealed class QuoteStore(NpgsqlDataSource source)
{
    const string DurationsSelect = """
        select count(*)::int, coalesce(percentile_cont(0.5) within group (order by seconds), 0), coalesce(percentile_cont(0.9) within group (order by seconds), 0)
        from (
          select extract(epoch from ended_at - coalesce(slot_at, started_at))::float8 as seconds from job
          where model = $1 and status = 'completed' and ended_at is not null and not test and script is null order by ended_at desc limit 200) latest
        """;

    /// <summary>Of the model's latest 200 completed jobs: how many there are, and seconds from slot to end.</summary>
    public async Task<(int Count, double P50, double P90)> DurationsAsync(string model, CancellationToken ct)
    {
        await using var command = source.CreateCommand(DurationsSelect);
        command.Parameters.Add(new NpgsqlParameter { Value = model });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt32(0), reader.GetDouble(1), reader.GetDouble(2));
    }
}
