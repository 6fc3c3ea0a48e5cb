using VideoGen.Hosting.LocalServers;

namespace VideoGen.AppHost.Start;

/// <summary>The servers that the system stands on: given by a connection string, processes of this machine, or containers where it is deployed.</summary>
internal static class Servers
{
    // New major versions do not read the files of older ones.
    private const string PostgresTag = "17.6";
    private const string RabbitMqTag = "4.1";
    private const string MinioTag = "RELEASE.2025-09-07T16-13-09Z";

    internal static IResourceBuilder<IResourceWithConnectionString> AddDatabaseServer(
        this IDistributedApplicationBuilder builder, string server, string database)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return builder.AddPostgres(server, password: builder.AddKeptSecret($"{server}-password"))
                .WithImageTag(PostgresTag)
                .WithDataVolume($"{server}-data")
                .AddDatabase(database);
        }

        return builder.HasConnectionString(database)
            ? builder.AddGivenDatabase(database)
            : builder.AddLocalPostgres(server, builder.AddKeptSecret($"{server}-password")).AddDatabase(database);
    }

    internal static IResourceBuilder<IResourceWithConnectionString> AddBroker(this IDistributedApplicationBuilder builder, string broker)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            var user = builder.AddParameter($"{broker}-user", "videogen", publishValueAsDefault: true);
            return builder.AddRabbitMQ(broker, user, builder.AddKeptSecret($"{broker}-password"))
                .WithImageTag(RabbitMqTag)
                .WithDataVolume($"{broker}-data");
        }

        return builder.HasConnectionString(broker)
            ? builder.AddGivenBroker(broker)
            : builder.AddLocalRabbitMq(broker, builder.AddKeptSecret($"{broker}-password"));
    }

    /// <summary>Results lie in a folder of this machine; where the system is deployed in a bucket of MinIO.</summary>
    internal static IResourceBuilder<T> WithObjectStore<T>(this IResourceBuilder<T> storage, string folder) where T : IResourceWithEnvironment
    {
        var builder = storage.ApplicationBuilder;
        if (builder.ExecutionContext.IsRunMode)
            return storage.WithEnvironment("Storage__Folder", folder);
        var user = builder.AddParameter("minio-user", "videogen", publishValueAsDefault: true);
        var password = builder.AddParameter("minio-password", secret: true);
        var minio = builder.AddContainer("minio", "minio/minio", MinioTag)
            .WithArgs("server", "/data")
            .WithVolume("minio-data", "/data")
            .WithHttpEndpoint(targetPort: 9000)
            .WithEnvironment("MINIO_ROOT_USER", user)
            .WithEnvironment("MINIO_ROOT_PASSWORD", password);
        return storage
            .WithEnvironment("Storage__Store", "s3")
            .WithEnvironment("Storage__Folder", folder)
            .WithEnvironment("Storage__S3__Endpoint", minio.GetEndpoint("http").Property(EndpointProperty.HostAndPort))
            .WithEnvironment("Storage__S3__AccessKey", user)
            .WithEnvironment("Storage__S3__SecretKey", password)
            .WithEnvironment("Storage__S3__Bucket", "videogen")
            .WithEnvironment("Storage__S3__UseSsl", "false");
    }
}
