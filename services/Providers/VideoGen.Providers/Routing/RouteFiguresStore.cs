using Npgsql;

namespace VideoGen.Providers.Routing;

/// <summary>Reads the figures from the attempts.</summary>
internal sealed class RouteFiguresStore(NpgsqlDataSource source)
{
    const string FiguresSelect = """
        with tried as (
          select model, connector, cost_usd, ended_at > now() - interval '1 hour' as lately,
            extract(epoch from ended_at - created_at) as seconds, state = 'succeeded' as made,
            state in ('failed', 'abandoned') as failed, state = 'refused' as refused
          from attempts
          where not test and ended_at > now() - interval '1 day' and state in ('succeeded', 'failed', 'abandoned', 'refused')
            and coalesce(refusal_kind, '') not in ('Input', 'Content'))
        select model, connector,
          count(*) filter (where made and lately)::int, count(*) filter (where failed and lately)::int,
          count(*) filter (where refused and lately)::int,
          percentile_cont(0.5) within group (order by seconds) filter (where made and lately),
          percentile_cont(0.95) within group (order by seconds) filter (where made and lately),
          count(*) filter (where made)::int, count(*) filter (where failed)::int, count(*) filter (where refused)::int,
          percentile_cont(0.5) within group (order by seconds) filter (where made),
          percentile_cont(0.95) within group (order by seconds) filter (where made),
          avg(cost_usd) filter (where made)
        from tried group by model, connector
        """;

    public async Task<ILookup<string, RouteFigures>> ReadAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(FiguresSelect);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var figures = new List<RouteFigures>();
        while (await reader.ReadAsync(ct))
            figures.Add(new RouteFigures(
                reader.GetString(0), reader.GetString(1), SpanAt(reader, 2), SpanAt(reader, 7),
                reader.IsDBNull(12) ? null : reader.GetDecimal(12)));
        return figures.ToLookup(one => one.Model, StringComparer.Ordinal);
    }

    static SpanFigures SpanAt(NpgsqlDataReader reader, int at) => new(
        reader.GetInt32(at), reader.GetInt32(at + 1), reader.GetInt32(at + 2), reader.IsDBNull(at + 3) ? null : reader.GetDouble(at + 3),
        reader.IsDBNull(at + 4) ? null : reader.GetDouble(at + 4));
}
