using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Tests.Catalog;

/// <summary>Inputs that a model's schema takes.</summary>
internal static class Sample
{
    public static IEnumerable<JsonProperty> Properties(CatalogModel model) => model.InputSchema.GetProperty("properties").EnumerateObject();

    /// <summary>Defaults, and what is required.</summary>
    public static JsonObject Start(CatalogModel model)
    {
        string[] required = [.. model.InputSchema.GetProperty("required").EnumerateArray().Select(name => name.GetString()!)];
        var input = new JsonObject();
        foreach (var property in Properties(model))
        {
            if (property.Value.TryGetProperty("default", out var value)) input[property.Name] = JsonNode.Parse(value.GetRawText());
            else if (required.Contains(property.Name)) input[property.Name] = Of(property.Value, 0);
        }

        return input;
    }

    /// <summary>Where an input may count: alone, with one of the assets, with all single ones; some count only together.</summary>
    public static IEnumerable<JsonObject> Places(CatalogModel model, JsonObject start)
    {
        yield return start;
        JsonProperty[] assets = [.. Properties(model)
            .Where(property => !start.ContainsKey(property.Name) && (IsAsset(property.Value) || IsList(property.Value)))];
        foreach (var asset in assets) yield return With([asset]);
        yield return With([.. assets.Where(asset => IsAsset(asset.Value))]);

        JsonObject With(JsonProperty[] more)
        {
            var place = start.DeepClone().AsObject();
            foreach (var one in more) place[one.Name] = Of(one.Value, 0);
            return place;
        }
    }

    /// <summary>A value that the property may have, or another one.</summary>
    public static JsonNode? Of(JsonElement property, int which)
    {
        if (property.TryGetProperty("enum", out var values))
            return JsonNode.Parse(values[Math.Min(which, values.GetArrayLength() - 1)].GetRawText());
        return property.GetProperty("type").GetString() switch
        {
            "boolean" => which == 0,
            "integer" => (int)LeastOf(property) + which,
            "number" => LeastOf(property) + (which / 2.0),
            "array" => new JsonArray(Of(property.GetProperty("items"), which)),
            _ => which == 0 ? "first" : "second",
        };
    }

    /// <summary>The assets that an input names.</summary>
    public static IReadOnlyList<GenerationAsset> Assets(CatalogModel model, JsonObject input)
    {
        var assets = new List<GenerationAsset>();
        foreach (var property in Properties(model).Where(property => input.ContainsKey(property.Name)))
        {
            if (IsAsset(property.Value)) assets.Add(Asset(property.Name, property.Value, input[property.Name]!));
            else if (IsList(property.Value) && IsAsset(property.Value.GetProperty("items")))
                assets.AddRange(input[property.Name]!.AsArray().Select((one, index) =>
                    Asset($"{property.Name}[{index}]", property.Value.GetProperty("items"), one!)));
        }

        return assets;
    }

    static GenerationAsset Asset(string field, JsonElement property, JsonNode id)
    {
        var kind = property.GetProperty("x-media")[0].GetString();
        var type = kind switch { "video" => "video/mp4", "audio" => "audio/wav", _ => "image/png" };
        var url = new Uri($"https://media.example/{id}");
        return new GenerationAsset(field, Guid.Empty, url, type, SizeBytes: 5, Width: 1280, Height: 720, DurationSeconds: 5);
    }

    static bool IsAsset(JsonElement property) => property.TryGetProperty("format", out var format) && format.GetString() == "asset";

    static bool IsList(JsonElement property) => property.GetProperty("type").GetString() == "array";

    static double LeastOf(JsonElement property) => property.TryGetProperty("minimum", out var least) ? least.GetDouble() : 1;
}
