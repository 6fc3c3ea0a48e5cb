using VideoGen.LocalServers;

namespace VideoGen.Testing;

/// <summary>
/// The PostgreSQL and RabbitMQ that the tests of this process share: those named by <c>ConnectionStrings__videogen</c> and
/// <c>ConnectionStrings__rabbitmq</c>, else private ones, started at first use and ended with the process. Fixtures keep out of
/// each other's way by a schema (<see cref="TestDatabase"/>) and a bus prefix (<see cref="NewBusPrefix"/>) of their own.
/// </summary>
public static class TestServers
{
    private static readonly string? GivenPostgres = Environment.GetEnvironmentVariable("ConnectionStrings__videogen");
    private static readonly string? GivenRabbitMq = Environment.GetEnvironmentVariable("ConnectionStrings__rabbitmq");
    private static readonly Lazy<Task<PrivateServers>> Own = new(StartOwnAsync);
    private static readonly Lazy<Task> GivenDatabase = new(() => PostgresDatabase.CreateIfMissingAsync(GivenPostgres!));

    /// <summary>Names a database on which schemas may be made.</summary>
    public static string PostgresConnectionString => PostgresAsync().GetAwaiter().GetResult();

    /// <summary><c>amqp://user:password@host:port</c></summary>
    public static string RabbitMqUri => RabbitMqAsync().GetAwaiter().GetResult();

    /// <inheritdoc cref="PostgresConnectionString"/>
    public static async Task<string> PostgresAsync()
    {
        if (string.IsNullOrEmpty(GivenPostgres))
            return (await Own.Value).Postgres.ConnectionString;
        await GivenDatabase.Value;
        return GivenPostgres;
    }

    /// <inheritdoc cref="RabbitMqUri"/>
    public static async Task<string> RabbitMqAsync() =>
        string.IsNullOrEmpty(GivenRabbitMq) ? (await Own.Value).RabbitMq.ConnectionString : GivenRabbitMq;

    /// <summary>A prefix for queues and exchanges that no other fixture uses, for <c>Bus:Prefix</c>.</summary>
    public static string NewBusPrefix(string name) => $"{name}-{Guid.NewGuid().ToString("n")[..8]}-";

    private static async Task<PrivateServers> StartOwnAsync()
    {
        // On a thread of its own: a caller that blocks (the properties above) must not keep the start from going on.
        var servers = await Task.Run(PrivateServers.StartAsync);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => servers.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return servers;
    }
}
