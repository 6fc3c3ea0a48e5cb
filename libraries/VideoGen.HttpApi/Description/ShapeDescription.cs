using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace VideoGen.HttpApi.Description;

/// <summary>
/// What the API's description says of a shape beyond what its type tells: closed lists of words, members that a request must have,
/// members that hold any object.
/// </summary>
public sealed class ShapeDescription
{
    readonly OpenApiDocument _document;
    readonly string _shape;
    readonly OpenApiSchema _schema;

    internal ShapeDescription(OpenApiDocument document, string shape)
    {
        (_document, _shape) = (document, shape);
        _schema = document.Components?.Schemas?.TryGetValue(shape, out var known) == true && known is OpenApiSchema schema
            ? schema
            : throw new InvalidOperationException($"No route shows or takes a {shape}, whose description is given.");
    }

    /// <summary>
    /// A request must have these members, and no others; they can't be null. Defaults are left to the words, for generators take a
    /// member with one for a member that must be there.
    /// </summary>
    public ShapeDescription Requires(params IReadOnlyList<string> names)
    {
        _schema.Required = new HashSet<string>(names, StringComparer.Ordinal);
        foreach (var member in _schema.Properties?.Values.OfType<OpenApiSchema>() ?? []) member.Default = null;
        foreach (var name in names) _schema.Properties![name] = WithoutNull(Member(name));
        return this;
    }

    /// <summary>A text of this list, or a list of such texts.</summary>
    public ShapeDescription Words(string name, params IEnumerable<string> words)
    {
        var member = Inline(name);
        if (member.Type?.HasFlag(JsonSchemaType.Array) == true) ((OpenApiSchema)member.Items!).Enum = Values(words);
        else
        {
            member.Enum = Values(words);
            // A closed list is closed to null, too, unless that is one of its values.
            if (member.Type?.HasFlag(JsonSchemaType.Null) == true) member.Enum.Add(JsonNullSentinel.JsonNull);
        }
        return this;
    }

    /// <summary>An object with members of any name, whose rules stand elsewhere.</summary>
    public ShapeDescription OpenObject(string name)
    {
        var member = Member(name);
        var mayBeNull = member.OneOf?.Any(one => one.Type == JsonSchemaType.Null) == true;
        _schema.Properties![name] = new OpenApiSchema
        {
            Type = mayBeNull ? JsonSchemaType.Object | JsonSchemaType.Null : JsonSchemaType.Object,
            Description = DescriptionOf(member),
            AdditionalPropertiesAllowed = true,
            AdditionalProperties = new OpenApiSchema(),
        };
        return this;
    }

    /// <summary>The member is of another shape of the document.</summary>
    public ShapeDescription Shows<T>(string name)
    {
        _schema.Properties![name] = new OpenApiSchemaReference(typeof(T).Name, _document) { Description = DescriptionOf(Member(name)) };
        return this;
    }

    IOpenApiSchema Member(string name) => _schema.Properties?.TryGetValue(name, out var member) == true
        ? member
        : throw new InvalidOperationException($"{_shape} has no member {name}, whose description is given.");

    OpenApiSchema Inline(string name) => Member(name) as OpenApiSchema
        ?? throw new InvalidOperationException($"{_shape}.{name} is of a shape of its own: describe that one.");

    /// <summary>The description stands inside the alternative where a member may be null.</summary>
    static string? DescriptionOf(IOpenApiSchema member) =>
        member.Description ?? member.OneOf?.FirstOrDefault(one => one.Type != JsonSchemaType.Null)?.Description;

    static IOpenApiSchema WithoutNull(IOpenApiSchema member)
    {
        if (member is not OpenApiSchema schema) return member;
        if (schema.OneOf is { Count: 2 } either && either.FirstOrDefault(one => one.Type != JsonSchemaType.Null) is { } other) return other;
        schema.Type &= ~JsonSchemaType.Null;
        return schema;
    }

    static List<JsonNode> Values(IEnumerable<string> words) => [.. words.Select(word => (JsonNode)JsonValue.Create(word))];
}

public static class ShapeDescriptionExtensions
{
    /// <summary>The one document of each service.</summary>
    const string Document = "v1";

    /// <summary>Adds to the description of a shape that a route of this service shows or takes.</summary>
    public static IServiceCollection DescribeShape<T>(this IServiceCollection services, Action<ShapeDescription> describe) =>
        services.DescribeApi(document => describe(new ShapeDescription(document, typeof(T).Name)));

    /// <summary>Adds to the service's document when all its routes are in it.</summary>
    public static IServiceCollection DescribeApi(this IServiceCollection services, Action<OpenApiDocument> describe) =>
        services.Configure<OpenApiOptions>(Document, options => options.AddDocumentTransformer((document, _, _) =>
        {
            describe(document);
            return Task.CompletedTask;
        }));
}
