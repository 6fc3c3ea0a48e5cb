using Npgsql;

namespace VideoGen.Durability.Recovery;

internal static class LeftWorkStore
{
    // Each "exists" reads one entry of an index, however much is due.
    const string DueSelect = """
        select exists (select from outbox where due_at <= now()),
               array (select name from unnest($1::text[]) as name where exists (select from due_work where kind = name and due_at <= now()))
        """;

    /// <returns>Whether the outbox has rows that are due, and which of the kinds have.</returns>
    public static async Task<(bool Outbox, string[] Kinds)> FindAsync(NpgsqlDataSource source, string[] kinds, CancellationToken ct)
    {
        await using var command = source.CreateCommand(DueSelect);
        command.Parameters.Add(new() { Value = kinds });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetBoolean(0), reader.GetFieldValue<string[]>(1));
    }
}
