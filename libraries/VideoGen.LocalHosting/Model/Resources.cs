namespace Aspire.Hosting.ApplicationModel;

/// <summary>A named part of the system.</summary>
public interface IResource
{
    /// <summary>The name: lower case, unique in the system, also the host name other parts use.</summary>
    string Name { get; }

    /// <summary>What has been said about the resource so far.</summary>
    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>Something said about a resource.</summary>
public interface IResourceAnnotation;

/// <summary>A resource that receives environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource that receives command line arguments.</summary>
public interface IResourceWithArgs : IResource;

/// <summary>A resource that may wait for others.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>A resource that listens on endpoints.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource that others find by name over HTTP.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

/// <summary>A resource that lives inside another.</summary>
public interface IResourceWithParent<out T> : IResource where T : IResource
{
    /// <summary>The resource it lives in.</summary>
    T Parent { get; }
}

/// <summary>A resource that others reach by a connection string.</summary>
public interface IResourceWithConnectionString : IResource, IValueProvider, IManifestExpressionProvider
{
    /// <summary>How the connection string is put together.</summary>
    ReferenceExpression ConnectionStringExpression { get; }

    /// <summary>The connection string: the given one, or the expression's value once everything it refers to is known.</summary>
    ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        this.TryGetLast<GivenConnectionStringAnnotation>(out var given)
            ? new(given.Value)
            : ConnectionStringExpression.GetValueAsync(cancellationToken);

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => GetConnectionStringAsync(cancellationToken);

    string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";
}

/// <summary>A resource with a name.</summary>
public abstract class Resource(string name) : IResource
{
    public string Name { get; } = ResourceName.Checked(name);

    public ResourceAnnotationCollection Annotations { get; } = [];
}

/// <summary>A value from configuration (<c>Parameters:&lt;name&gt;</c>).</summary>
public sealed class ParameterResource(string name, bool secret) : Resource(name), IValueProvider, IManifestExpressionProvider
{
    /// <summary>Whether the value must not be shown. A secret without a configured value is generated once and kept.</summary>
    public bool Secret { get; } = secret;

    internal string? Default { get; init; }

    internal bool PublishDefault { get; init; }

    /// <summary>The value of this run; set when the run starts.</summary>
    internal string? Value { get; set; }

    public string ValueExpression => $"{{{Name}.value}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        new(Value ?? throw new DistributedApplicationException($"Parameter '{Name}' has no value yet."));
}

/// <summary>A .NET project, run as one or more processes.</summary>
public sealed class ProjectResource(string name) : Resource(name),
    IResourceWithEnvironment, IResourceWithArgs, IResourceWithWaitSupport, IResourceWithServiceDiscovery;

/// <summary>A program that is not part of this solution.</summary>
public class ExecutableResource(string name, string command, string workingDirectory) : Resource(name),
    IResourceWithEnvironment, IResourceWithArgs, IResourceWithWaitSupport, IResourceWithServiceDiscovery
{
    /// <summary>The program's path or name.</summary>
    public string Command { get; } = command;

    /// <summary>The folder it starts in.</summary>
    public string WorkingDirectory { get; } = workingDirectory;
}

/// <summary>A container. Published to the manifest; not run on a machine without containers.</summary>
public class ContainerResource(string name) : Resource(name),
    IResourceWithEnvironment, IResourceWithArgs, IResourceWithWaitSupport, IResourceWithEndpoints;

/// <summary>A connection string that configuration gives (<c>ConnectionStrings:&lt;name&gt;</c>).</summary>
public sealed class ConnectionStringResource : Resource, IResourceWithConnectionString
{
    internal ConnectionStringResource(string name, string? environmentVariableName) : base(name)
    {
        EnvironmentVariableName = environmentVariableName;
        ConnectionStringExpression = ReferenceExpression.Create($"{new ParameterResource(name, secret: true)}");
    }

    /// <summary>The variable that carries it to those who refer to it; null for <c>ConnectionStrings__&lt;name&gt;</c>.</summary>
    public string? EnvironmentVariableName { get; }

    public ReferenceExpression ConnectionStringExpression { get; }
}

/// <summary>What has been said about a resource, in order.</summary>
public sealed class ResourceAnnotationCollection : System.Collections.ObjectModel.Collection<IResourceAnnotation>;

/// <summary>A resource under construction.</summary>
public interface IResourceBuilder<out T> where T : IResource
{
    /// <summary>The system it belongs to.</summary>
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    /// <summary>The resource.</summary>
    T Resource { get; }

    /// <summary>Adds something said about the resource.</summary>
    IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation) where TAnnotation : IResourceAnnotation;
}

internal sealed class ResourceBuilder<T>(IDistributedApplicationBuilder applicationBuilder, T resource) : IResourceBuilder<T>
    where T : IResource
{
    public IDistributedApplicationBuilder ApplicationBuilder { get; } = applicationBuilder;

    public T Resource { get; } = resource;

    public IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation) where TAnnotation : IResourceAnnotation
    {
        Resource.Annotations.Add(annotation);
        return this;
    }
}

internal static class ResourceName
{
    /// <summary>Aspire's rule for names: they become host names and keys.</summary>
    internal static string Checked(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var valid = name.Length <= 64 && char.IsAsciiLetter(name[0]) && name[^1] != '-' && !name.Contains("--", StringComparison.Ordinal)
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
        return valid
            ? name
            : throw new ArgumentException($"'{name}' is no resource name: at most 64 ASCII letters, digits and single hyphens, a letter first.", nameof(name));
    }
}
