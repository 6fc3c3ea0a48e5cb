using Npgsql;

namespace VideoGen.Bench.Whole;

/// <summary>What PostgreSQL counts of one database.</summary>
internal sealed class DatabaseCountersStore(string connectionString)
{
    const string TransactionsCount =
        "select (xact_commit + xact_rollback)::bigint from pg_stat_database where datname = current_database()";

    const string StatementsCount = """
        select coalesce(sum(s.calls), 0)::bigint from pg_stat_statements s
        join pg_database d on d.oid = s.dbid and d.datname = current_database()
        where s.query !~* '^\s*(begin|start transaction|commit|rollback|discard)'
        """;

    /// <summary>Whether the server counts statements; see <see cref="CountStatementsAsync"/>.</summary>
    public bool CountsStatements { get; private set; }

    /// <summary>Makes the extension where the server has loaded its library.</summary>
    public async Task CountStatementsAsync()
    {
        await using var connection = await OpenAsync();
        await using var make = new NpgsqlCommand("create extension if not exists pg_stat_statements", connection);
        await make.ExecuteNonQueryAsync();
        CountsStatements = true;
    }

    /// <summary>Asks the server to load the library at its next start.</summary>
    public async Task LoadStatementsAtStartAsync()
    {
        await using var connection = await OpenAsync();
        await using var set = new NpgsqlCommand("alter system set shared_preload_libraries = 'pg_stat_statements'", connection);
        await set.ExecuteNonQueryAsync();
    }

    public async Task<(long Transactions, long? Statements)> ReadAsync()
    {
        await using var connection = await OpenAsync();
        return (await CountAsync(connection, TransactionsCount), CountsStatements ? await CountAsync(connection, StatementsCount) : null);
    }

    async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    static async Task<long> CountAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
