using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace VideoGen.Jobs.Submit;

/// <summary>A model's input schema, compiled once for a version of the catalogue. Safe for use by many requests at once.</summary>
internal sealed class InputSchema
{
    readonly JsonElement _source;
    readonly JsonSchema _compiled;

    InputSchema(JsonElement source, JsonSchema compiled)
    {
        _source = source;
        _compiled = compiled;
        AssetFields = [.. FindAssetFields(source)];
    }

    /// <summary>The inputs that name assets.</summary>
    public IReadOnlyList<AssetField> AssetFields { get; }

    public static async Task<InputSchema> CompileAsync(JsonElement schema, CancellationToken ct) =>
        new(schema.Clone(), await JsonSchema.FromJsonAsync(schema.GetRawText(), ct));

    /// <summary>The input with the schema's defaults for what it leaves out; what it says stays as it is.</summary>
    public JsonObject WithDefaults(JsonElement input)
    {
        var filled = JsonObject.Create(input) ?? [];
        FillDefaults(_source, filled);
        return filled;
    }

    /// <summary>Adds every fault of the input, defaults included, under <c>input.…</c>.</summary>
    public void Check(JsonObject input, Faults faults)
    {
        foreach (var error in _compiled.Validate(TokenOf(input, "input", faults))) SchemaFaults.Add(error, "input", faults);
    }

    static void FillDefaults(JsonElement schema, JsonObject target)
    {
        if (!schema.TryGetProperty("properties", out var properties)) return;
        foreach (var property in properties.EnumerateObject())
        {
            if (target[property.Name] is JsonObject inner) FillDefaults(property.Value, inner);
            else if (!target.ContainsKey(property.Name) && property.Value.ValueKind == JsonValueKind.Object
                && property.Value.TryGetProperty("default", out var value) && value.ValueKind != JsonValueKind.Null)
                target[property.Name] = JsonNode.Parse(value.GetRawText());
        }
    }

    static IEnumerable<AssetField> FindAssetFields(JsonElement schema)
    {
        if (!schema.TryGetProperty("properties", out var properties)) yield break;
        foreach (var property in properties.EnumerateObject())
        {
            if (IsAsset(property.Value)) yield return new AssetField(property.Name, IsList: false, Media(property.Value));
            else if (property.Value.TryGetProperty("items", out var items) && IsAsset(items))
                yield return new AssetField(property.Name, IsList: true, Media(items));
        }
    }

    static bool IsAsset(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("format", out var format) && format.ValueEquals("asset");

    static string[] Media(JsonElement schema) =>
        schema.TryGetProperty("x-media", out var media) ? [.. media.EnumerateArray().Select(kind => kind.GetString()!)] : [];

    /// <summary>By hand: Newtonsoft's own reader takes texts for dates and breaks on long numbers.</summary>
    static JToken TokenOf(JsonNode? node, string path, Faults faults) => node switch
    {
        null => JValue.CreateNull(),
        JsonObject inner => new JObject(inner.Select(entry => new JProperty(entry.Key, TokenOf(entry.Value, $"{path}.{entry.Key}", faults)))),
        JsonArray list => new JArray(list.Select((item, index) => TokenOf(item, $"{path}[{index}]", faults))),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => new JValue(node.GetValue<string>()),
            JsonValueKind.True => new JValue(true),
            JsonValueKind.False => new JValue(false),
            _ => NumberOf(node.ToJsonString(), path, faults),
        },
    };

    /// <summary>1.0 and 1e2 are whole numbers in JSON Schema, whatever they look like.</summary>
    static JValue NumberOf(string text, string path, Faults faults)
    {
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact))
        {
            if (exact == decimal.Truncate(exact) && exact is >= long.MinValue and <= long.MaxValue) return new JValue((long)exact);
            return exact == decimal.Truncate(exact) ? new JValue((double)exact) : new JValue(exact);
        }
        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) faults.Add(path, "is a number beyond all bounds");
        return new JValue(double.IsFinite(number) ? number : double.MaxValue);
    }
}

/// <summary>An input that takes an asset id or an http(s) URL, or a list of them.</summary>
/// <param name="Kinds">What the asset may be: some of <c>video</c>, <c>image</c>, <c>audio</c>; empty for any.</param>
internal sealed record AssetField(string Name, bool IsList, IReadOnlyList<string> Kinds);
