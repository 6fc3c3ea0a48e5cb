using Npgsql;

namespace VideoGen.Testing;

/// <summary>A schema of one's own in the shared database, dropped with everything in it when disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _server;

    private TestDatabase(string server, string schema)
    {
        _server = server;
        Schema = schema;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { SearchPath = schema, ApplicationName = schema }.ConnectionString;
    }

    /// <summary>The schema's name: the given one with a random end; lower case, needs no quotes.</summary>
    public string Schema { get; }

    /// <summary>Connects with the schema as search path.</summary>
    public string ConnectionString { get; }

    /// <summary>Makes an empty schema.</summary>
    /// <param name="name">What it is for: lower-case letters, digits and underscores.</param>
    public static async Task<TestDatabase> CreateAsync(string name)
    {
        var database = new TestDatabase(await TestServers.PostgresAsync(), $"{name}_{Guid.NewGuid().ToString("n")[..8]}");
        await database.OnServerAsync($"CREATE SCHEMA {database.Schema}");
        return database;
    }

    /// <summary>An open connection with the schema as search path.</summary>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs a statement with positional parameters ($1 …).</summary>
    public async Task ExecuteAsync(string sql, params object?[] values)
    {
        await using var connection = await OpenAsync();
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row; default when there is none or it is null.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, params object?[] values)
    {
        await using var connection = await OpenAsync();
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>Adds a dead letter that names its job, and not the job's account.</summary>
    /// <param name="reason">Why it could not be handled; also what tells it from other letters.</param>
    public Task AddDeadLetterAsync(Guid job, string reason) => ExecuteAsync("""
        INSERT INTO dead_letter (id, source, endpoint, fingerprint, reason, attempts, failed_at, job_id, message_id, message_type, destination,
          content_type, body)
        VALUES (gen_random_uuid(), 'error', 'queue', convert_to($2, 'utf8'), $2, 1, now(), $1, gen_random_uuid(), 'type', 'queue',
          'application/json', '{}')
        """, job, reason);

    /// <summary>The tables that have a row with this text in it, whatever its case; in bytes it is found as UTF-8.</summary>
    public async Task<IReadOnlyList<string>> TablesWithAsync(string text)
    {
        const string Tables = "SELECT array_agg(table_name::text) FROM information_schema.tables WHERE table_schema = $1";
        var tables = await ScalarAsync<string[]>(Tables, Schema) ?? [];
        var found = new List<string>();
        foreach (var table in tables)
        {
            var holds = "strpos(lower(r::text), lower($1)) > 0 OR strpos(r::text, encode(convert_to($1, 'utf8'), 'hex')) > 0";
            if (await ScalarAsync<bool>($"SELECT exists (SELECT FROM {table} r WHERE {holds})", text)) found.Add(table);
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        // Pooled connections of the service under test may still hold locks on its tables.
        await OnServerAsync(
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = '{Schema}'");
        NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
        await OnServerAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        return command;
    }

    private async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
