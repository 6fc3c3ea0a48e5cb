using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using VideoGen.LocalServers;

namespace VideoGen.Hosting.LocalServers;

/// <summary>RabbitMQ as a process of this machine, with a folder, ports and an Erlang port mapper of its own.</summary>
public sealed class LocalRabbitMqResource : ExecutableResource, IResourceWithConnectionString
{
    internal const string UserName = "videogen";

    internal LocalRabbitMqResource(string name, string command, string folder, ParameterResource password) : base(name, command, folder) =>
        PasswordParameter = password;

    public ParameterResource PasswordParameter { get; }

    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"amqp://{UserName}:{PasswordParameter}@127.0.0.1:{PrimaryEndpoint.Property(EndpointProperty.Port)}");
}

public static class LocalRabbitMqExtensions
{
    /// <summary>A private broker in the run's folder, and its port mapper. Nothing listens outside 127.0.0.1.</summary>
    public static IResourceBuilder<LocalRabbitMqResource> AddLocalRabbitMq(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> password)
    {
        var run = builder.CurrentRun();
        var folder = Path.Combine(run.Folder, name);
        var port = run.PortOf($"{name}.tcp");
        var settings = new RabbitMqSettings(
            name, folder, port, run.PortOf($"{name}.mapper"), run.PortOf($"{name}.distribution"), LocalRabbitMqResource.UserName, Password: "");
        // The orchestrator looks for the working directory before any event is raised.
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var described = new RabbitMqProcess(settings);
        var mapper = builder.AddExecutable(described.Mapper.Name, described.Mapper.Command, described.Mapper.WorkingDirectory)
            .WithEndpoint(port: settings.MapperPort, targetPort: settings.MapperPort, scheme: "tcp", name: "tcp", isProxied: false)
            .RunsAs(_ => Task.FromResult(described.Mapper));
        var broker = builder.AddResource(new LocalRabbitMqResource(name, described.Process.Command, folder, password.Resource))
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: "tcp", isProxied: false)
            .WaitFor(mapper)
            .RunsAs(async cancellationToken => new RabbitMqProcess(
                settings with { Password = await password.Resource.GetValueAsync(cancellationToken) ?? "" }).Process);
        mapper.WithParentRelationship(broker.Resource);
        return broker;
    }
}
