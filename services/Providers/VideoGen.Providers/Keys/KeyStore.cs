using Npgsql;
using NpgsqlTypes;
using VideoGen.Durability;
using VideoGen.Providers.Connectors;

namespace VideoGen.Providers.Keys;

/// <summary>A key that is asked for.</summary>
/// <param name="IsFirst">Attempts without a key's name are of this one.</param>
internal readonly record struct KeyName(string Connector, string Key, bool IsFirst)
{
    /// <summary>All keys of a connector.</summary>
    public static IEnumerable<KeyName> Of(IConnector connector) =>
        connector.Keys.Select((key, at) => new KeyName(connector.Name, key.Name, IsFirst: at == 0));
}

/// <summary>Table <c>vendor_keys</c>, and what attempts tell of keys.</summary>
internal sealed class KeyStore(NpgsqlDataSource source)
{
    const string KeysSelect = """
        select known.connector, known.key,
          (select count(*)::int from attempts
           where attempts.connector = known.connector and attempts.state in ('creating', 'unknown', 'running')
             and (attempts.vendor_key = known.key or (attempts.vendor_key is null and known.is_first))),
          state.used_at, state.cools_until, state.reason, coalesce(state.failures, 0)
        from unnest($1::text[], $2::text[], $3::boolean[]) with ordinality as known (connector, key, is_first, place)
        left join vendor_keys state on state.connector = known.connector and state.key = known.key
        order by known.place
        """;

    // Locks the row: what is counted afterwards stays so until the commit.
    const string KeyTake = """
        insert into vendor_keys (connector, key, used_at) values ($1, $2, now())
        on conflict (connector, key) do update set used_at = now()
        """;

    const string JobsCount = """
        select count(*)::int from attempts
        where connector = $1 and state in ('creating', 'unknown', 'running') and (vendor_key = $2 or (vendor_key is null and $3))
        """;

    // Several jobs that were refused at the same time are one cool-down.
    const string KeyCool = """
        insert into vendor_keys (connector, key, cools_until, reason, detail, failures) values ($1, $2, now() + $3, $5, $6, 1)
        on conflict (connector, key) do update set
          failures = case when vendor_keys.cools_until > now() then vendor_keys.failures else vendor_keys.failures + 1 end,
          cools_until = greatest(vendor_keys.cools_until, now() + least($4, $3 * power(2,
            least(case when vendor_keys.cools_until > now() then vendor_keys.failures - 1 else vendor_keys.failures end, 16)))),
          reason = $5, detail = $6
        """;

    const string KeyWarm = """
        update vendor_keys set cools_until = null, reason = null, detail = null, failures = 0
        where connector = $1 and key = $2 and failures > 0
        """;

    /// <summary>By connector, in the order in which they were asked for.</summary>
    public async Task<ILookup<string, KeyState>> ReadAsync(IReadOnlyList<KeyName> keys, CancellationToken ct)
    {
        var states = new List<(string Connector, KeyState State)>();
        if (keys.Count > 0)
        {
            await using var command = source.CreateCommand(KeysSelect);
            command.Parameters.Add(new NpgsqlParameter { Value = keys.Select(key => key.Connector).ToArray() });
            command.Parameters.Add(new NpgsqlParameter { Value = keys.Select(key => key.Key).ToArray() });
            command.Parameters.Add(new NpgsqlParameter { Value = keys.Select(key => key.IsFirst).ToArray() });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                states.Add((reader.GetString(0), new KeyState(
                    reader.GetString(1), reader.GetInt32(2), Time(reader, 3), Time(reader, 4),
                    reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetInt32(6))));
        }

        return states.ToLookup(one => one.Connector, one => one.State, StringComparer.Ordinal);
    }

    /// <summary>Notes that an attempt begins with the key; false when its account has as much work as it may have.</summary>
    /// <param name="most">Null for no limit.</param>
    public static async Task<bool> TakeAsync(UnitOfWork work, KeyName key, int? most, CancellationToken ct)
    {
        await using (var take = work.Command(KeyTake, key.Connector, key.Key)) await take.ExecuteNonQueryAsync(ct);
        if (most is null) return true;
        await using var count = work.Command(JobsCount, key.Connector, key.Key, key.IsFirst);
        return (int)(await count.ExecuteScalarAsync(ct))! < most;
    }

    /// <summary>The vendor refused the key: it is left alone for a while.</summary>
    public static async Task CoolAsync(
        UnitOfWork work, string connector, string key, KeyCooling cooling, Refusal refusal, CancellationToken ct)
    {
        await using var command = work.Command(
            KeyCool, connector, key, Typed(cooling.First, NpgsqlDbType.Interval), Typed(cooling.Longest, NpgsqlDbType.Interval),
            System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.Kind.ToString()),
            Typed(refusal.Detail?.Replace("\0", "", StringComparison.Ordinal), NpgsqlDbType.Text));
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The vendor took work with it: it is well.</summary>
    public static async Task WarmAsync(UnitOfWork work, string connector, string key, CancellationToken ct)
    {
        await using var command = work.Command(KeyWarm, connector, key);
        await command.ExecuteNonQueryAsync(ct);
    }

    static NpgsqlParameter Typed(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
