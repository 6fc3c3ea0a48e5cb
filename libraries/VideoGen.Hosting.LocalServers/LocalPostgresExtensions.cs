using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using VideoGen.LocalServers;

namespace VideoGen.Hosting.LocalServers;

/// <summary>PostgreSQL as a process of this machine, with a folder and a port of its own.</summary>
public sealed class LocalPostgresResource : ExecutableResource, IResourceWithConnectionString
{
    internal const string UserName = "postgres";

    internal LocalPostgresResource(string name, string command, string folder, ParameterResource password) : base(name, command, folder) =>
        PasswordParameter = password;

    public ParameterResource PasswordParameter { get; }

    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"Host=127.0.0.1;Port={PrimaryEndpoint.Property(EndpointProperty.Port)};Username={UserName};Password={PasswordParameter}");
}

/// <summary>A database of a <see cref="LocalPostgresResource"/>; made when missing.</summary>
public sealed class LocalPostgresDatabaseResource : Resource, IResourceWithParent<LocalPostgresResource>, IResourceWithConnectionString
{
    internal LocalPostgresDatabaseResource(string name, LocalPostgresResource parent) : base(name) => Parent = parent;

    public LocalPostgresResource Parent { get; }

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Parent};Database={Name}");
}

public static class LocalPostgresExtensions
{
    /// <summary>A private PostgreSQL in the run's folder. Nothing listens outside 127.0.0.1.</summary>
    public static IResourceBuilder<LocalPostgresResource> AddLocalPostgres(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> password)
    {
        var run = builder.CurrentRun();
        var folder = Path.Combine(run.Folder, name);
        var port = run.PortOf($"{name}.tcp");
        // The orchestrator looks for the working directory before any event is raised.
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var process = new PostgresProcess(new(name, folder, port, LocalPostgresResource.UserName, Password: ""));
        var server = new LocalPostgresResource(name, process.Process.Command, folder, password.Resource);
        return builder.AddResource(server)
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: "tcp", isProxied: false)
            .WithAnnotation(new StopSignalAnnotation(process.Process.StopSignal))
            .RunsAs(async cancellationToken => new PostgresProcess(new(
                name, folder, port, LocalPostgresResource.UserName, await password.Resource.GetValueAsync(cancellationToken) ?? "")).Process);
    }

    /// <summary>A database of the server, made when missing.</summary>
    public static IResourceBuilder<LocalPostgresDatabaseResource> AddDatabase(this IResourceBuilder<LocalPostgresResource> server, string name)
    {
        var database = new LocalPostgresDatabaseResource(name, server.Resource);
        var added = server.ApplicationBuilder.AddResource(database)
            .WithReadiness(async cancellationToken => await AnswersAsync(database, cancellationToken));
        server.OnResourceReady(async (_, ready, cancellationToken) =>
        {
            await PostgresDatabase.CreateIfMissingAsync((await database.ConnectionStringExpression.GetValueAsync(cancellationToken))!, cancellationToken);
            // It has no process whose start would say so; until it runs, nobody asks its health and whoever waits for it waits for ever.
            await ready.Services.GetRequiredService<ResourceNotificationService>()
                .PublishUpdateAsync(database, state => state with { State = KnownResourceStates.Running });
        });
        return added;
    }

    private static async Task<bool> AnswersAsync(LocalPostgresDatabaseResource database, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{await database.ConnectionStringExpression.GetValueAsync(cancellationToken)};Pooling=false;Timeout=2");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
