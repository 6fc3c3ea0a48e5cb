using Npgsql;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Operator;

/// <summary>Sums what attempts cost.</summary>
internal sealed class CostStore(NpgsqlDataSource source)
{
    const string CostsSelect = """
        select model, connector, (ended_at at time zone 'UTC')::date, count(*), coalesce(sum(cost_usd), 0), count(*) filter (where cost_usd is null)
        from attempts
        where not test and ended_at >= $1 and ended_at < $2
        group by 1, 2, 3 order by 3, 1, 2
        """;

    public async Task<IReadOnlyList<VendorCost>> ReadAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        await using var command = source.CreateCommand(CostsSelect);
        command.Parameters.Add(new NpgsqlParameter { Value = from });
        command.Parameters.Add(new NpgsqlParameter { Value = until });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var costs = new List<VendorCost>();
        while (await reader.ReadAsync(ct))
            costs.Add(new VendorCost(
                reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateOnly>(2), reader.GetInt64(3), reader.GetDecimal(4),
                reader.GetInt64(5)));
        return costs;
    }
}

/// <summary>What vendors cost, for the margins that Jobs shows.</summary>
internal static class CostFeature
{
    public static void AddCosts(this IServiceCollection services) => services.AddSingleton<CostStore>();

    /// <param name="internal">The group <c>/internal</c>.</param>
    public static void MapCosts(this RouteGroupBuilder @internal) => @internal.MapGet("/costs",
        async (DateOnly from, DateOnly to, CostStore store, CancellationToken ct) => new VendorCosts(await store.ReadAsync(
            HttpApi.Requests.RetirementHeaders.StartOf(from), HttpApi.Requests.RetirementHeaders.StartOf(to.AddDays(1)), ct)));
}
