using Npgsql;

namespace VideoGen.Jobs.Margins;

/// <summary>Sums what jobs earned.</summary>
internal sealed class MarginStore(NpgsqlDataSource source)
{
    const string EarnedSelect = """
        select model, coalesce(provider, ''), (ended_at at time zone 'UTC')::date, count(*), sum(captured)::bigint
        from job
        where captured > 0 and ended_at >= $1 and ended_at < $2
        group by 1, 2, 3 order by 3, 1, 2
        """;

    public async Task<IReadOnlyList<Earned>> ReadAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        await using var command = source.CreateCommand(EarnedSelect);
        command.Parameters.Add(new NpgsqlParameter { Value = from });
        command.Parameters.Add(new NpgsqlParameter { Value = until });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var earned = new List<Earned>();
        while (await reader.ReadAsync(ct))
            earned.Add(new Earned(
                reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateOnly>(2), reader.GetInt64(3), reader.GetInt64(4)));
        return earned;
    }
}

/// <param name="Route">The connector that made it.</param>
internal sealed record Earned(string Model, string Route, DateOnly Day, long Jobs, long Credits);
