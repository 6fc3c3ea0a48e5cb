using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An environment variable: a string, or something that has a value in a run and an expression in the manifest.</summary>
internal sealed record EnvironmentAnnotation(string Name, object? Value) : IResourceAnnotation;

/// <summary>Every endpoint of the referenced resource, as <c>services__&lt;name&gt;__&lt;endpoint&gt;__&lt;n&gt;</c>.</summary>
internal sealed record ServiceReferenceAnnotation(IResourceWithServiceDiscovery Source) : IResourceAnnotation;

internal sealed record EndpointReferenceAnnotation(EndpointReference Source) : IResourceAnnotation;

/// <summary>Nothing of the resource starts before the dependency is ready.</summary>
internal sealed record WaitAnnotation(IResource Dependency) : IResourceAnnotation;

internal sealed record ArgsAnnotation(IReadOnlyList<string> Args) : IResourceAnnotation;

internal sealed record ReplicasAnnotation(int Replicas) : IResourceAnnotation;

internal sealed record HttpHealthAnnotation(string Path, int StatusCode, string EndpointName) : IResourceAnnotation;

internal sealed record VolumeAnnotation(string Name, string Target, bool IsReadOnly) : IResourceAnnotation;

internal sealed record ContainerImageAnnotation(string Image, string Tag) : IResourceAnnotation;

/// <summary>A connection string from configuration, in whose place the resource would have made its own.</summary>
internal sealed record GivenConnectionStringAnnotation(string Value) : IResourceAnnotation;

/// <summary>Where the project file lies.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>Absolute path of the project file.</summary>
    string ProjectPath { get; }
}

internal sealed record ProjectMetadata(string ProjectPath) : IProjectMetadata;

/// <summary>Something a resource listens on.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    public required string Name { get; init; }

    /// <summary><c>http</c> or <c>tcp</c>.</summary>
    public required string UriScheme { get; init; }

    /// <summary>The port asked for; null for any.</summary>
    public int? Port { get; set; }

    /// <summary>The port the program listens on when it is not the one above (containers).</summary>
    public int? TargetPort { get; set; }

    /// <summary>The environment variable that tells the program its port, if it wants one.</summary>
    public string? PortVariable { get; init; }

    public bool IsExternal { get; set; }

    /// <summary>The ports of this run, one a replica; empty before the run starts.</summary>
    internal IReadOnlyList<int> AllocatedPorts { get; set; } = [];
}

/// <summary>Questions about what has been said of a resource.</summary>
public static class ResourceAnnotations
{
    /// <summary>The last annotation of the type, which is the one that counts.</summary>
    public static bool TryGetLast<T>(this IResource resource, [NotNullWhen(true)] out T? annotation) where T : class, IResourceAnnotation
    {
        annotation = resource.Annotations.OfType<T>().LastOrDefault();
        return annotation is not null;
    }

    internal static IEnumerable<EndpointAnnotation> Endpoints(this IResource resource) => resource.Annotations.OfType<EndpointAnnotation>();

    internal static int Replicas(this IResource resource) => resource.TryGetLast<ReplicasAnnotation>(out var replicas) ? replicas.Replicas : 1;
}
