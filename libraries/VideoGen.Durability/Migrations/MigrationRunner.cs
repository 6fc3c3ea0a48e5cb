using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace VideoGen.Durability;

/// <summary>
/// Brings the service's schema up to date.
/// <para>
/// Guarantee: after it returned, every migration of this library and of the service has been applied once, in the order of
/// its number; one that failed has left nothing.
/// </para>
/// <para>
/// Protocol: 1. Wait for the database, until a deadline. 2. Take the schema's advisory lock on a connection of its own.
/// 3. Create schema and table <c>migration</c> when missing. 4. Refuse when an applied script's text has changed since.
/// 5. Run each missing script with its note, in a transaction of its own. 6. Close the connection, which releases the lock.
/// </para>
/// <para>
/// What may go wrong: any number of runners may start at once; they queue at 2 and find nothing left to do. A crash releases
/// the lock with the connection. Notes of scripts this release does not know are left alone: an older release runs on a newer
/// schema while a roll-out is under way.
/// </para>
/// </summary>
public sealed partial class MigrationRunner
{
    static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    readonly DurabilityOptions _options;
    readonly IReadOnlyList<MigrationScript> _scripts;
    readonly ILogger _log;

    internal MigrationRunner(DurabilityOptions options, IReadOnlyList<MigrationScript> scripts, ILogger<MigrationRunner> log)
    {
        _options = options;
        _scripts = scripts;
        _log = log;
    }

    /// <summary>Applies what is missing. Throws <see cref="MigrationException"/> when the schema can't be brought up to date.</summary>
    public async Task RunAsync(CancellationToken ct = default)
    {
        await using var connection = await OpenAsync(ct);
        await MigrationStore.LockAsync(connection, _options.Schema, ct);
        await MigrationStore.CreateLedgerAsync(connection, _options.Schema, ct);
        var applied = await MigrationStore.AppliedAsync(connection, ct);
        RefuseChanged(applied);

        var missing = _scripts.Where(script => !applied.ContainsKey((script.Source, script.Number))).ToList();
        foreach (var script in missing) await ApplyAsync(connection, script, ct);
        if (missing.Count > 0) Log.Done(_log, _options.Schema, missing.Count);
    }

    async Task ApplyAsync(NpgsqlConnection connection, MigrationScript script, CancellationToken ct)
    {
        try
        {
            await MigrationStore.ApplyAsync(connection, script, ct);
        }
        catch (PostgresException e)
        {
            throw new MigrationException($"Migration {script.Name} of {script.Source} failed in schema {_options.Schema} and was rolled back: {e.MessageText}", e);
        }
        Log.Applied(_log, script.Name, script.Source, _options.Schema);
    }

    void RefuseChanged(Dictionary<(string, int), (string Name, string Sha256)> applied)
    {
        var changed = _scripts.Where(script =>
            applied.TryGetValue((script.Source, script.Number), out var note) && (note.Sha256 != script.Sha256 || note.Name != script.Name)).ToList();
        if (changed.Count == 0) return;
        throw new MigrationException(
            $"Schema {_options.Schema} was made by other texts of {string.Join(", ", changed.Select(s => $"{s.Source}/{s.Name}"))}. "
            + "An applied migration never changes: restore its file and put the change into a new one.");
    }

    // A connection of its own, outside the pool: the advisory lock lives and dies with it.
    async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(_options.ConnectionString) { SearchPath = _options.Schema, Pooling = false };
        var since = Stopwatch.GetTimestamp();
        var told = false;
        while (true)
        {
            var connection = new NpgsqlConnection(settings.ConnectionString);
            try
            {
                await connection.OpenAsync(ct);
                return connection;
            }
            catch (Exception e) when (TransientFaults.IsTransient(e))
            {
                await connection.DisposeAsync();
                if (Stopwatch.GetElapsedTime(since) > _options.DatabaseWait)
                    throw new MigrationException($"PostgreSQL at {settings.Host}:{settings.Port} was not reachable for {_options.DatabaseWait.TotalSeconds:F0} s: {e.Message}", e);
                if (!told) Log.Waiting(_log, settings.Host, settings.Port, _options.DatabaseWait.TotalSeconds, e.Message);
                told = true;
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
            await Task.Delay(Retry, ct);
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Waiting up to {Seconds} s for PostgreSQL at {Host}:{Port} ({Reason})")]
        public static partial void Waiting(ILogger logger, string? host, int port, double seconds, string reason);

        [LoggerMessage(LogLevel.Information, "Applied migration {Migration} of {Source} to schema {Schema}")]
        public static partial void Applied(ILogger logger, string migration, string source, string schema);

        [LoggerMessage(LogLevel.Information, "Schema {Schema} is up to date; {Count} migrations applied")]
        public static partial void Done(ILogger logger, string schema, int count);
    }
}
