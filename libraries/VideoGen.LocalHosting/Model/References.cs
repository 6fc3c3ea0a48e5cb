using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something whose value is known when the system runs.</summary>
public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

/// <summary>Something that the manifest names by an expression such as <c>{name.value}</c>.</summary>
public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}

/// <summary>The parts of an endpoint that may be referred to.</summary>
public enum EndpointProperty
{
    Url,
    Host,
    Port,
    Scheme,
    TargetPort,
}

/// <summary>Another resource's endpoint; its address is known when the system runs.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IValueProvider, IManifestExpressionProvider
{
    private const string LoopbackHost = "127.0.0.1";

    public IResourceWithEndpoints Resource { get; } = owner;

    public string EndpointName { get; } = endpointName;

    public string ValueExpression => Expression(EndpointProperty.Url);

    public int Port => Annotation.AllocatedPorts is [var port, ..]
        ? port
        : throw new DistributedApplicationException($"Endpoint '{EndpointName}' of '{Resource.Name}' has no port yet.");

    public string Url => UrlOf(Port);

    /// <summary>One address a replica.</summary>
    internal IEnumerable<string> ReplicaUrls => Annotation.AllocatedPorts.Select(UrlOf);

    internal EndpointAnnotation Annotation => Resource.Endpoints().FirstOrDefault(e => e.Name == EndpointName)
        ?? throw new DistributedApplicationException($"'{Resource.Name}' has no endpoint '{EndpointName}'.");

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    internal string Expression(EndpointProperty property) =>
        $"{{{Resource.Name}.bindings.{EndpointName}.{char.ToLowerInvariant(property.ToString()[0])}{property.ToString()[1..]}}}";

    internal string Value(EndpointProperty property) => property switch
    {
        EndpointProperty.Url => Url,
        EndpointProperty.Host => LoopbackHost,
        EndpointProperty.Scheme => Annotation.UriScheme,
        EndpointProperty.Port or EndpointProperty.TargetPort => Port.ToString(CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(property)),
    };

    private string UrlOf(int port) => $"{Annotation.UriScheme}://{LoopbackHost}:{port.ToString(CultureInfo.InvariantCulture)}";
}

/// <summary>One part of another resource's endpoint.</summary>
public sealed class EndpointReferenceExpression(EndpointReference endpoint, EndpointProperty property) : IValueProvider, IManifestExpressionProvider
{
    public EndpointReference Endpoint { get; } = endpoint;

    public EndpointProperty Property { get; } = property;

    public string ValueExpression => Endpoint.Expression(Property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Endpoint.Value(Property));
}

/// <summary>A string with references in it: a value in a run, an expression in the manifest.</summary>
public sealed class ReferenceExpression : IValueProvider, IManifestExpressionProvider
{
    private readonly IReadOnlyList<object> _parts;

    private ReferenceExpression(IReadOnlyList<object> parts) => _parts = parts;

    public string ValueExpression =>
        string.Concat(_parts.Select(part => part is IManifestExpressionProvider reference ? reference.ValueExpression : (string)part));

    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => new(handler.Parts);

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var value = new StringBuilder();
        foreach (var part in _parts)
        {
            value.Append(part is IValueProvider reference ? await reference.GetValueAsync(cancellationToken) : (string)part);
        }

        return value.ToString();
    }

    /// <summary>Collects the parts of an interpolated string, references unresolved.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        internal List<object> Parts { get; } = new(literalLength > 0 ? formattedCount * 2 + 1 : formattedCount);

        public void AppendLiteral(string value) => Parts.Add(value);

        public void AppendFormatted(string? value) => Parts.Add(value ?? "");

        public void AppendFormatted<T>(T value) where T : IValueProvider, IManifestExpressionProvider => Parts.Add(value);

        public void AppendFormatted<T>(IResourceBuilder<T> value) where T : IResource, IValueProvider, IManifestExpressionProvider =>
            Parts.Add(value.Resource);
    }
}
