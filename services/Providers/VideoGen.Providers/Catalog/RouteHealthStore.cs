using Npgsql;

namespace VideoGen.Providers.Catalog;

/// <summary>Reads the records of routes from the attempts.</summary>
internal sealed class RouteHealthStore(NpgsqlDataSource source)
{
    const string RecordsSelect = """
        select model, connector, count(*) filter (where state = 'succeeded')::int,
          count(*) filter (where state in ('refused', 'failed', 'abandoned') and coalesce(refusal_kind, '') not in ('Input', 'Content'))::int,
          percentile_cont(0.5) within group (order by extract(epoch from ended_at - accepted_at)) filter (where state = 'succeeded')
        from attempts
        where not test and ended_at > now() - interval '1 hour' and ($1::text is null or model = $1)
        group by model, connector
        """;

    /// <param name="model">Only of this model; of all when null.</param>
    public async Task<IReadOnlyList<RouteRecord>> ReadAsync(string? model, CancellationToken ct)
    {
        await using var command = source.CreateCommand(RecordsSelect);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)model ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var records = new List<RouteRecord>();
        while (await reader.ReadAsync(ct))
            records.Add(new RouteRecord(reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3), reader.IsDBNull(4) ? null : reader.GetDouble(4)));
        return records;
    }
}
