using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace VideoGen.LocalHosting.Run;

/// <summary>Servers that run already: waits until they answer, and makes a missing database.</summary>
internal static class GivenServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    internal static async Task CheckAsync(IResource resource, RunLog log, CancellationToken cancellationToken)
    {
        if (!resource.TryGetLast<GivenConnectionStringAnnotation>(out var given))
            return;
        switch (resource)
        {
            case PostgresDatabaseResource or PostgresServerResource:
                await CheckPostgresAsync(resource.Name, given.Value, cancellationToken);
                break;
            case RabbitMQServerResource:
                await CheckRabbitMqAsync(resource.Name, given.Value, cancellationToken);
                break;
        }

        log.Say($"{resource.Name} is the one given by ConnectionStrings__{resource.Name}.");
    }

    private static async Task CheckPostgresAsync(string name, string connectionString, CancellationToken cancellationToken)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await PostgresDatabase.CreateIfMissingAsync(connectionString, cancellationToken);
                return;
            }
            catch (NpgsqlException problem) when (problem.IsTransient && waiting.Elapsed < Patience)
            {
                await Task.Delay(PollInterval, cancellationToken);
            }
            catch (NpgsqlException problem)
            {
                throw new DistributedApplicationException($"The server of ConnectionStrings__{name} cannot be used: {problem.Message}", problem);
            }
        }
    }

    private static async Task CheckRabbitMqAsync(string name, string connectionString, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(connectionString, UriKind.Absolute, out var broker) || broker.Scheme is not ("amqp" or "amqps"))
            throw new DistributedApplicationException($"ConnectionStrings__{name} is no URI of the form amqp://user:password@host:5672.");
        // TLS is left to the client library of those who use it; only a plain broker can be asked here.
        var waiting = Stopwatch.StartNew();
        while (broker.Scheme == "amqp")
        {
            switch (await AmqpHandshake.TryAsync(broker, cancellationToken))
            {
                case AmqpAnswer.Open:
                    return;
                case AmqpAnswer.Refused:
                    throw new DistributedApplicationException($"The broker of ConnectionStrings__{name} refuses that user and password.");
                default:
                    if (waiting.Elapsed > Patience)
                        throw new DistributedApplicationException($"The broker of ConnectionStrings__{name} does not answer.");
                    await Task.Delay(PollInterval, cancellationToken);
                    break;
            }
        }
    }
}
