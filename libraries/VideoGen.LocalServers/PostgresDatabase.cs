using Npgsql;

namespace VideoGen.LocalServers;

/// <summary>Makes the database that a connection string names.</summary>
public static class PostgresDatabase
{
    /// <summary>Connects; where the database is missing, makes it through the server's database <c>postgres</c>.</summary>
    public static async Task CreateIfMissingAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        try
        {
            await using var connection = new NpgsqlConnection(target.ConnectionString);
            await connection.OpenAsync(cancellationToken);
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await CreateAsync(target, cancellationToken);
        }
    }

    private static async Task CreateAsync(NpgsqlConnectionStringBuilder target, CancellationToken cancellationToken)
    {
        var database = target.Database ?? throw new ArgumentException("The connection string names no database.", nameof(target));
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(target.ConnectionString) { Database = "postgres" }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        var quoted = database.Replace("\"", "\"\"", StringComparison.Ordinal);
        await using var create = new NpgsqlCommand($"CREATE DATABASE \"{quoted}\"", connection);
        try
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException problem) when (problem.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process made it at the same moment.
        }
    }
}
