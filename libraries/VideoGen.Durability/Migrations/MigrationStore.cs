using Npgsql;

namespace VideoGen.Durability;

internal static class MigrationStore
{
    // A server's lock_timeout bounds waits for rows and tables; waiting for another runner may take as long as its migrations.
    const string PatienceSet = "set lock_timeout = 0";

    const string PatienceReset = "reset lock_timeout";

    const string RunnerLock = "select pg_advisory_lock(hashtextextended('videogen migrations ' || $1, 0))";

    // The schema's name is checked against a pattern of letters, digits and underscores before it gets here.
    static string SchemaCreate(string schema) => $"create schema if not exists {schema}";

    const string LedgerCreate = """
        create table if not exists migration (
          source text not null,
          number int not null,
          name text not null,
          sha256 text not null,
          applied_at timestamptz not null default now(),
          primary key (source, number)
        )
        """;

    const string AppliedSelect = "select source, number, name, sha256 from migration";

    const string AppliedInsert = "insert into migration (source, number, name, sha256) values ($1, $2, $3, $4)";

    /// <summary>Waits for other runners of the schema; the lock is held as long as the connection.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, string schema, CancellationToken ct)
    {
        await using var wait = new NpgsqlCommand(PatienceSet, connection);
        await wait.ExecuteNonQueryAsync(ct);
        await using var command = new NpgsqlCommand(RunnerLock, connection) { CommandTimeout = 0, Parameters = { new() { Value = schema } } };
        await command.ExecuteNonQueryAsync(ct);
        await using var reset = new NpgsqlCommand(PatienceReset, connection);
        await reset.ExecuteNonQueryAsync(ct);
    }

    public static async Task CreateLedgerAsync(NpgsqlConnection connection, string schema, CancellationToken ct)
    {
        await using var create = new NpgsqlCommand(SchemaCreate(schema), connection);
        await create.ExecuteNonQueryAsync(ct);
        await using var ledger = new NpgsqlCommand(LedgerCreate, connection);
        await ledger.ExecuteNonQueryAsync(ct);
    }

    public static async Task<Dictionary<(string Source, int Number), (string Name, string Sha256)>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(AppliedSelect, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var applied = new Dictionary<(string, int), (string, string)>();
        while (await reader.ReadAsync(ct)) applied[(reader.GetString(0), reader.GetInt32(1))] = (reader.GetString(2), reader.GetString(3));
        return applied;
    }

    /// <summary>Runs the script and notes it, in one transaction.</summary>
    public static async Task ApplyAsync(NpgsqlConnection connection, MigrationScript script, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var run = new NpgsqlCommand(script.Sql, connection, transaction) { CommandTimeout = 0 };
        await run.ExecuteNonQueryAsync(ct);
        await using var note = new NpgsqlCommand(AppliedInsert, connection, transaction)
        {
            Parameters = { new() { Value = script.Source }, new() { Value = script.Number }, new() { Value = script.Name }, new() { Value = script.Sha256 } },
        };
        await note.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
