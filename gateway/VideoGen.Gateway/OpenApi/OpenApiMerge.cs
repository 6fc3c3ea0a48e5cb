using System.Text.Json.Nodes;
using VideoGen.Gateway.Routes;

namespace VideoGen.Gateway.OpenApi;

/// <summary>
/// One document from the services' parts: their public operations only, in a stable order, with the gateway's own words about credentials,
/// limits and errors. A schema name that two services use for different shapes gets the service's name in front.
/// </summary>
internal static class OpenApiMerge
{
    const string SchemaPrefix = "#/components/schemas/";

    static readonly string[] Verbs = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    /// <param name="parts">Service to its document; a service that has not answered yet is missing.</param>
    public static JsonObject Merge(IReadOnlyDictionary<string, JsonObject> parts)
    {
        var paths = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        var schemas = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal) { ["Problem"] = OpenApiFrame.ProblemSchema() };
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        var webhooks = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (service, original) in parts.OrderBy(part => part.Key, StringComparer.Ordinal))
        {
            var part = WithOwnSchemas(service, (JsonObject)original.DeepClone(), schemas);
            foreach (var (path, item) in part["paths"]?.AsObject() ?? [])
                if (item is JsonObject operations && PublicOperations(service, path, operations) is { Count: > 0 } kept)
                {
                    Describe(path, kept, tags);
                    paths[path] = kept;
                }
            foreach (var (name, webhook) in part["webhooks"]?.AsObject() ?? []) webhooks[name] = webhook?.DeepClone();
        }
        var document = OpenApiFrame.Document(Ordered(paths), Ordered(schemas), Ordered(webhooks), tags);
        RemoveUnused(document, document["components"]!["schemas"]!.AsObject());
        return document;
    }

    /// <summary>Shapes that only routes for ourselves show, or that a feature's own description took the place of.</summary>
    static void RemoveUnused(JsonObject document, JsonObject schemas)
    {
        var found = true;
        while (found)
        {
            var text = document.ToJsonString();
            found = false;
            foreach (var (name, _) in schemas.ToArray())
                if (!text.Contains($"\"{SchemaPrefix}{name}\"", StringComparison.Ordinal)) found |= schemas.Remove(name);
        }
    }

    /// <summary>The operations that the route table lets through to this service.</summary>
    static JsonObject PublicOperations(string service, string path, JsonObject item)
    {
        var kept = new JsonObject();
        foreach (var (name, value) in item)
            if (!Verbs.Contains(name, StringComparer.Ordinal) || RouteTable.Find(service, name, path) is not null) kept[name] = value?.DeepClone();
        return kept.Any(member => Verbs.Contains(member.Key, StringComparer.Ordinal)) ? kept : [];
    }

    static void Describe(string path, JsonObject item, SortedSet<string> tags)
    {
        foreach (var (verb, operation) in item.Where(member => Verbs.Contains(member.Key, StringComparer.Ordinal)))
        {
            foreach (var tag in operation!["tags"]?.AsArray() ?? []) tags.Add(tag!.GetValue<string>());
            var route = RouteTable.Find(service: null, verb, path);
            if (OpenApiFrame.SecurityOf(route?.Policy.Access) is { } security) operation["security"] = security;
            if (route?.Policy.Access is not (Access.Anonymous or Access.Optional) && !path.StartsWith("/admin/", StringComparison.Ordinal))
                AddMode(operation);
            var responses = operation["responses"] as JsonObject;
            if (responses is null) operation["responses"] = responses = [];
            ShowLimits(responses);
            OpenApiRefusals.AddTo(path, operation, responses, route);
        }
    }

    static void ShowLimits(JsonObject responses)
    {
        foreach (var response in responses.Select(response => response.Value).OfType<JsonObject>())
        {
            if (response["headers"] is not JsonObject headers) response["headers"] = headers = [];
            foreach (var (name, header) in OpenApiFrame.LimitReferences()) headers[name] = header?.DeepClone();
        }
    }

    static void AddMode(JsonNode operation)
    {
        if (operation["parameters"] is not JsonArray parameters) operation["parameters"] = parameters = [];
        parameters.Add(OpenApiFrame.ModeParameter());
    }

    /// <summary>Moves the part's schemas to the common list and points its references there.</summary>
    static JsonObject WithOwnSchemas(string service, JsonObject part, SortedDictionary<string, JsonNode?> schemas)
    {
        var own = part["components"]?["schemas"]?.AsObject() ?? [];
        var renamed = own.Where(schema => schema.Key != "Problem" && schemas.TryGetValue(schema.Key, out var other) && !JsonNode.DeepEquals(schema.Value, other))
            .ToDictionary(schema => schema.Key, schema => char.ToUpperInvariant(service[0]) + service[1..] + schema.Key, StringComparer.Ordinal);
        Redirect(part, renamed);
        foreach (var (name, schema) in own.ToArray())
            if (name != "Problem") schemas[renamed.GetValueOrDefault(name, name)] = schema?.DeepClone();
        return part;
    }

    static void Redirect(JsonNode? node, Dictionary<string, string> renamed)
    {
        if (renamed.Count == 0) return;
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToArray())
                    if (name == "$ref" && value!.GetValue<string>() is var target && target.StartsWith(SchemaPrefix, StringComparison.Ordinal)
                        && renamed.TryGetValue(target[SchemaPrefix.Length..], out var other)) members[name] = SchemaPrefix + other;
                    else Redirect(value, renamed);
                break;
            case JsonArray items:
                foreach (var item in items) Redirect(item, renamed);
                break;
        }
    }

    static JsonObject Ordered(SortedDictionary<string, JsonNode?> members) => new(members);
}
