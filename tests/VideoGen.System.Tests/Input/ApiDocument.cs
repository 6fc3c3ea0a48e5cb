using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VideoGen.System.Tests.Input;

/// <summary>The published OpenAPI document, as a list of operations to try.</summary>
sealed partial class ApiDocument(JsonObject document)
{
    /// <summary>One path of each service. A service that is slow to answer for the first time leaves a gap, which is soon filled.</summary>
    static readonly string[] OfEveryService = ["/v1/account", "/v1/assets", "/v1/jobs", "/v1/models"];

    public static async Task<ApiDocument> FetchAsync()
    {
        using var http = new HttpClient();
        return await TheSystem.UntilAsync(async () =>
        {
            var document = JsonNode.Parse(await http.GetStringAsync(TheSystem.Gateway + "/openapi/v1.json"))!.AsObject();
            return OfEveryService.All(document["paths"]!.AsObject().ContainsKey) ? new ApiDocument(document) : null;
        }, TimeSpan.FromSeconds(60));
    }

    public JsonObject Document { get; } = document;

    public IEnumerable<Operation> Operations =>
        from path in Document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "post" or "put" or "patch" or "delete" or "head"
        select new Operation(operation.Key.ToUpperInvariant(), path.Key, PathParameters(path.Key),
            QueryParameters(operation.Value!), BodyProperties(operation.Value!), TimeParameters(operation.Value!));

    static IReadOnlyList<string> PathParameters(string path) => [.. Parameter().Matches(path).Select(match => match.Groups[1].Value)];

    IReadOnlyList<string> QueryParameters(JsonNode operation) =>
        [.. (operation["parameters"]?.AsArray() ?? []).Where(parameter => parameter?["in"]?.GetValue<string>() == "query").Select(parameter => parameter!["name"]!.GetValue<string>())];

    IReadOnlyList<string> TimeParameters(JsonNode operation) =>
    [
        .. (operation["parameters"]?.AsArray() ?? []).Where(parameter => parameter?["schema"]?["format"]?.GetValue<string>() == "date-time")
            .Select(parameter => parameter!["name"]!.GetValue<string>()),
    ];

    /// <summary>The properties of a JSON body; null when the operation takes none.</summary>
    IReadOnlyList<string>? BodyProperties(JsonNode operation)
    {
        var schema = operation["requestBody"]?["content"]?["application/json"]?["schema"];
        if (schema is null) return null;
        if (schema["$ref"]?.GetValue<string>() is { } reference) schema = Document["components"]!["schemas"]![reference.Split('/')[^1]];
        return [.. schema?["properties"]?.AsObject().Select(property => property.Key) ?? []];
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();
}

sealed record Operation(string Method, string Path, IReadOnlyList<string> PathParameters, IReadOnlyList<string> QueryParameters,
    IReadOnlyList<string>? BodyProperties, IReadOnlyList<string> TimeParameters)
{
    public bool IsForOperators => Path.StartsWith("/admin", StringComparison.Ordinal);

    public string With(string id) => PathParameters.Aggregate(Path, (path, name) => path.Replace($"{{{name}}}", id, StringComparison.Ordinal));

    public override string ToString() => $"{Method} {Path}";
}
