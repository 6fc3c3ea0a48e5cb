using System.Net.Sockets;
using Npgsql;

namespace VideoGen.Durability;

/// <summary>Which failures pass by themselves: the database or network is away, restarting, overloaded, or chose us in a deadlock.</summary>
public static class TransientFaults
{
    // Npgsql does not count these as transient, but they are what a restart looks like to an open connection.
    static readonly HashSet<string> RestartStates =
    [
        PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.CannotConnectNow,
    ];

    /// <summary>True when the exception, or one it was caused by, is a fault that trying again can outlive.</summary>
    public static bool IsTransient(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is NpgsqlException { IsTransient: true } or SocketException or TimeoutException) return true;
            if (e is PostgresException postgres && RestartStates.Contains(postgres.SqlState)) return true;
            if (e is AggregateException many && many.InnerExceptions.Any(IsTransient)) return true;
        }
        return false;
    }
}
