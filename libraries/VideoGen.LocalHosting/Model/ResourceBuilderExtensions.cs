using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ResourceBuilderExtensions
{
    private const string DefaultEndpoint = "http";
    private const string DefaultHealthPath = "/";

    /// <summary>Passes <c>ConnectionStrings__&lt;name&gt;</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null,
        bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var variable = source.Resource is ConnectionStringResource { EnvironmentVariableName: { } own }
            ? own
            : $"ConnectionStrings__{connectionName ?? source.Resource.Name}";
        return builder.WithAnnotation(new EnvironmentAnnotation(variable, optional ? new OptionalReference(source.Resource) : source.Resource));
    }

    /// <summary>Passes every endpoint of the source as <c>services__&lt;name&gt;__&lt;endpoint&gt;__0</c>, one more a replica.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment =>
        builder.WithAnnotation(new ServiceReferenceAnnotation(source.Resource));

    /// <summary>Passes one endpoint.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment =>
        builder.WithAnnotation(new EndpointReferenceAnnotation(endpointReference));

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.WithAnnotation(new EnvironmentAnnotation(name, value));

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => builder.WithAnnotation(new EnvironmentAnnotation(name, endpointReference));

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.WithAnnotation(new EnvironmentAnnotation(name, parameter.Resource));

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithEnvironment => builder.WithAnnotation(new EnvironmentAnnotation(name, value));

    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs => builder.WithAnnotation(new ArgsAnnotation(args));

    /// <summary>Nothing of it starts before the dependency runs and answers its health check.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.WithAnnotation(new WaitAnnotation(dependency.Resource));

    /// <summary>An HTTP endpoint, named <c>http</c> unless told otherwise. A port that is taken is replaced by the next free one.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool isProxied = true)
        where T : IResourceWithEndpoints
    {
        var endpoint = name ?? DefaultEndpoint;
        if (builder.Resource.Endpoints().Any(known => known.Name == endpoint))
            throw new DistributedApplicationException($"'{builder.Resource.Name}' has two endpoints named '{endpoint}'.");

        // Nothing stands between the caller and the process here, so there is no proxy to leave out.
        _ = isProxied;
        return builder.WithAnnotation(new EndpointAnnotation
        {
            Name = endpoint,
            UriScheme = "http",
            Port = port,
            TargetPort = targetPort,
            PortVariable = env,
        });
    }

    /// <summary>Marks every HTTP endpoint as meant for the outside.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder) where T : IResourceWithEndpoints
    {
        foreach (var endpoint in builder.Resource.Endpoints().Where(endpoint => endpoint.UriScheme == "http"))
        {
            endpoint.IsExternal = true;
        }

        return builder;
    }

    /// <summary>Ready means that a GET of the path answers with the status.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints =>
        builder.WithAnnotation(new HttpHealthAnnotation(path ?? DefaultHealthPath, statusCode ?? 200, endpointName ?? DefaultEndpoint));

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name) where T : IResourceWithEndpoints =>
        new(builder.Resource, name);
}

/// <summary>A connection string that may be missing; then its variable is not set.</summary>
internal sealed class OptionalReference(IResourceWithConnectionString source) : IValueProvider, IManifestExpressionProvider
{
    public string ValueExpression => source.ValueExpression;

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        source is ConnectionStringResource && !source.TryGetLast<GivenConnectionStringAnnotation>(out _)
            ? null
            : await source.GetConnectionStringAsync(cancellationToken);
}
