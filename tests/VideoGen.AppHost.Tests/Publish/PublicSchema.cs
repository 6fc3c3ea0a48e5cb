using System.Text.Json.Nodes;
using NJsonSchema;

namespace VideoGen.AppHost.Tests.Publish;

/// <summary>
/// Aspire's public schema of manifests, as published (https://json.schemastore.org/aspire-8.0.json). The validator at hand reads
/// neither <c>false</c> as a schema nor <c>const</c>; both are put into words of the same meaning before it sees them.
/// </summary>
internal static class PublicSchema
{
    internal static async Task<IReadOnlyList<string>> FaultsOfAsync(string manifest)
    {
        var published = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Publish", "aspire-8.0.schema.json")))!;
        var schema = await JsonSchema.FromJsonAsync(Reworded(published)!.ToJsonString());
        return [.. schema.Validate(manifest).Select(fault => fault.ToString())];
    }

    private static JsonNode? Reworded(JsonNode? node) => node switch
    {
        JsonObject holder => new JsonObject(holder.Select(member => (member.Key, member.Value) switch
        {
            ("const", { } value) => KeyValuePair.Create("enum", (JsonNode?)new JsonArray(value.DeepClone())),
            ("properties", JsonObject properties) => KeyValuePair.Create("properties", (JsonNode?)new JsonObject(properties.Select(Property))),
            var (name, value) => KeyValuePair.Create(name, Reworded(value)),
        })),
        JsonArray list => new JsonArray([.. list.Select(Reworded)]),
        _ => node?.DeepClone(),
    };

    /// <summary>A property whose schema is <c>false</c> must not be there: the schema that nothing fulfils.</summary>
    private static KeyValuePair<string, JsonNode?> Property(KeyValuePair<string, JsonNode?> property) =>
        property.Value is JsonValue value && value.TryGetValue<bool>(out var allowed) && !allowed
            ? KeyValuePair.Create(property.Key, (JsonNode?)new JsonObject { ["not"] = new JsonObject() })
            : KeyValuePair.Create(property.Key, Reworded(property.Value));
}
