using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Npgsql;
using VideoGen.LocalServers;

namespace VideoGen.Hosting.LocalServers;

/// <summary>Servers that run already, named by a connection string: before anything starts they are asked, and a missing database is made.</summary>
public static class GivenServerExtensions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether <c>ConnectionStrings__name</c> names a server.</summary>
    public static bool HasConnectionString(this IDistributedApplicationBuilder builder, string name) =>
        builder.Configuration.GetConnectionString(name) is { Length: > 0 };

    /// <summary>The database of <c>ConnectionStrings__name</c>.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddGivenDatabase(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddGiven(name, CheckDatabaseAsync);

    /// <summary>The broker of <c>ConnectionStrings__name</c>.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddGivenBroker(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddGiven(name, CheckBrokerAsync);

    private static IResourceBuilder<IResourceWithConnectionString> AddGiven(
        this IDistributedApplicationBuilder builder, string name, Func<string, string, CancellationToken, Task> checkAsync)
    {
        var run = builder.CurrentRun();
        builder.Eventing.Subscribe<BeforeStartEvent>(async (_, cancellationToken) =>
        {
            await checkAsync(name, builder.Configuration.GetConnectionString(name)!, cancellationToken);
            run.Log.Say($"{name} is the one given by ConnectionStrings__{name}.");
        });
        return builder.AddConnectionString(name);
    }

    private static async Task CheckDatabaseAsync(string name, string connectionString, CancellationToken cancellationToken)
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
                throw new LocalServerException($"The server of ConnectionStrings__{name} cannot be used: {problem.Message}", problem);
            }
        }
    }

    private static async Task CheckBrokerAsync(string name, string connectionString, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(connectionString, UriKind.Absolute, out var broker) || broker.Scheme is not ("amqp" or "amqps"))
            throw new LocalServerException($"ConnectionStrings__{name} must be a URI of the form amqp://user:password@host:5672.");
        // TLS is left to the client library of those who use it; only a plain broker can be asked here.
        var waiting = Stopwatch.StartNew();
        while (broker.Scheme == "amqp")
        {
            switch (await AmqpHandshake.TryAsync(broker, cancellationToken))
            {
                case AmqpAnswer.Open:
                    return;
                case AmqpAnswer.Refused:
                    throw new LocalServerException($"The broker of ConnectionStrings__{name} refuses that user and password.");
                default:
                    if (waiting.Elapsed > Patience)
                        throw new LocalServerException($"The broker of ConnectionStrings__{name} does not answer.");
                    await Task.Delay(PollInterval, cancellationToken);
                    break;
            }
        }
    }
}
