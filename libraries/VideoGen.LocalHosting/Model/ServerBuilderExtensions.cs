using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class PostgresBuilderExtensions
{
    private const int ContainerPort = 5432;

    /// <summary>A PostgreSQL server; without a password parameter it gets a generated one, <c>&lt;name&gt;-password</c>.</summary>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(
        this IDistributedApplicationBuilder builder,
        string name,
        IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null,
        int? port = null)
    {
        password ??= builder.AddParameter($"{name}-password", secret: true);
        var server = new PostgresServerResource(name, userName?.Resource, password.Resource);
        return builder.AddResource(server)
            .WithAnnotation(new ContainerImageAnnotation("docker.io/library/postgres", "17.6"))
            .WithAnnotation(new EndpointAnnotation { Name = "tcp", UriScheme = "tcp", Port = port, TargetPort = ContainerPort })
            .WithEnvironment("POSTGRES_HOST_AUTH_METHOD", "scram-sha-256")
            .WithEnvironment("POSTGRES_INITDB_ARGS", "--auth-host=scram-sha-256 --auth-local=scram-sha-256")
            .WithEnvironment("POSTGRES_USER", server.UserNameReference)
            .WithEnvironment("POSTGRES_PASSWORD", password);
    }

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(
        this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
    {
        var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        builder.Resource.Databases.Add(database);
        return builder.ApplicationBuilder.AddResource(database);
    }

    /// <summary>Keeps the server's files beyond its container. On one machine they are kept in any case.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(
        this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.WithAnnotation(new VolumeAnnotation(name ?? $"{builder.Resource.Name}-data", "/var/lib/postgresql/data", isReadOnly));
}

public static class RabbitMQBuilderExtensions
{
    private const int ContainerPort = 5672;

    /// <summary>A RabbitMQ broker; without a password parameter it gets a generated one, <c>&lt;name&gt;-password</c>.</summary>
    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(
        this IDistributedApplicationBuilder builder,
        string name,
        IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null,
        int? port = null)
    {
        password ??= builder.AddParameter($"{name}-password", secret: true);
        var server = new RabbitMQServerResource(name, userName?.Resource, password.Resource);
        return builder.AddResource(server)
            .WithAnnotation(new ContainerImageAnnotation("docker.io/library/rabbitmq", "4.1"))
            .WithAnnotation(new EndpointAnnotation { Name = "tcp", UriScheme = "tcp", Port = port, TargetPort = ContainerPort })
            .WithEnvironment("RABBITMQ_DEFAULT_USER", server.UserNameReference)
            .WithEnvironment("RABBITMQ_DEFAULT_PASS", password);
    }

    /// <summary>Keeps the broker's files beyond its container. On one machine they are kept in any case.</summary>
    public static IResourceBuilder<RabbitMQServerResource> WithDataVolume(
        this IResourceBuilder<RabbitMQServerResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.WithAnnotation(new VolumeAnnotation(name ?? $"{builder.Resource.Name}-data", "/var/lib/rabbitmq", isReadOnly));
}
