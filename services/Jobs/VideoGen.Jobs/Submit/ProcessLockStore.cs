using Npgsql;
using VideoGen.Durability;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// A lock of a database session that this process holds for as long as it lives: whoever finds it free knows that the process is gone, or
/// has lost the database, within moments. A killed process's connection is closed by its kernel; a machine that vanished is missed by
/// the server's keep-alives within five seconds. Each session has a number of its own: markers that could not be removed while the database
/// was away are abandoned with the session they were written under.
/// </summary>
internal sealed class ProcessLockStore(OwnSessions sessions)
{
    const int PingTimeoutSeconds = 5;

    const string KeepAliveSet = """
        select set_config('tcp_keepalives_idle', '2', false), set_config('tcp_keepalives_interval', '1', false),
          set_config('tcp_keepalives_count', '2', false)
        """;

    const string ProcessLock = "select pg_advisory_lock($1)";

    const string SessionPing = "select 1";

    long _number = Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>The number of the lock that this process holds, or held last.</summary>
    public long Number => Volatile.Read(ref _number);

    /// <summary>A session that holds the lock. Disposing it lets go.</summary>
    public async Task<NpgsqlConnection> TakeAsync(CancellationToken ct)
    {
        var session = await sessions.OpenAsync(ct);
        var number = Random.Shared.NextInt64(1, long.MaxValue);
        try
        {
            await using var batch = new NpgsqlBatch(session) { Timeout = PingTimeoutSeconds };
            batch.BatchCommands.Add(new NpgsqlBatchCommand(KeepAliveSet));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ProcessLock) { Parameters = { new() { Value = number } } });
            await batch.ExecuteNonQueryAsync(ct);
            Volatile.Write(ref _number, number);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Throws when the session is gone, and the lock with it.</summary>
    public static async Task PingAsync(NpgsqlConnection session, CancellationToken ct)
    {
        await using var ping = new NpgsqlCommand(SessionPing, session) { CommandTimeout = PingTimeoutSeconds };
        await ping.ExecuteNonQueryAsync(ct);
    }
}
