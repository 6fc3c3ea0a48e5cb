using Npgsql;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>Which of a vendor's work belongs to an attempt already.</summary>
internal sealed class ClaimedWorkStore(NpgsqlDataSource source)
{
    const string Unclaimed = """
        select candidate.id from unnest($2::text[]) as candidate (id)
        where not exists (select from attempts where attempts.connector = $1 and attempts.vendor_id = candidate.id)
        """;

    /// <summary>Those of the ids that no attempt has.</summary>
    public async Task<IReadOnlyList<string>> UnclaimedAsync(string connector, IReadOnlyList<string> ids, CancellationToken ct)
    {
        await using var command = source.CreateCommand(Unclaimed);
        command.Parameters.Add(new NpgsqlParameter { Value = connector });
        command.Parameters.Add(new NpgsqlParameter { Value = ids.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var free = new List<string>();
        while (await reader.ReadAsync(ct)) free.Add(reader.GetString(0));
        return free;
    }
}
