using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Jobs.Submit;

/// <summary>A model's input schema, compiled once for a version of the catalogue. Safe for use by many requests at once.</summary>
internal sealed class InputSchema
{
    static readonly EvaluationOptions Quickly = new() { OutputFormat = OutputFormat.Flag };
    static readonly EvaluationOptions WithEveryFault = new() { OutputFormat = OutputFormat.Hierarchical };

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

    /// <summary>Each schema has a registry of its own: the global one would keep every version of the catalogue for ever.</summary>
    /// <exception cref="JsonException">The value is not a JSON Schema.</exception>
    public static InputSchema Compile(JsonElement schema)
    {
        var source = schema.Clone();
        try
        {
            var options = new BuildOptions { Dialect = Dialect.Draft202012, SchemaRegistry = new SchemaRegistry() };
            return new InputSchema(source, JsonSchema.Build(source, options));
        }
        catch (JsonSchemaException broken)
        {
            throw new JsonException("An input schema of the catalogue is not a JSON Schema: " + broken.Message, broken);
        }
    }

    /// <summary>The input with the schema's defaults for what it leaves out; what it says stays as it is.</summary>
    public JsonObject WithDefaults(JsonElement input)
    {
        var filled = JsonObject.Create(input) ?? [];
        FillDefaults(_source, filled);
        return filled;
    }

    /// <summary>Adds every fault of the input, defaults included, under <c>input.…</c>.</summary>
    /// <remarks>Most inputs are right, so the yes or no is asked first; only a "no" pays for the list of faults.</remarks>
    public void Check(JsonObject input, Faults faults)
    {
        var value = JsonSerializer.SerializeToElement(input);
        CheckValues(value, "input", faults);
        if (_compiled.Evaluate(value, Quickly).IsValid) return;
        SchemaFaults.AddAll(_compiled.Evaluate(value, WithEveryFault), _source, value, "input", faults);
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

    /// <summary>
    /// What no schema can say: JSON sets numbers no bounds, everybody who reads the input later does; and a text that is given
    /// must show something.
    /// </summary>
    static void CheckValues(JsonElement value, string path, Faults faults)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject()) CheckValues(member.Value, $"{path}.{member.Name}", faults);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray()) CheckValues(item, $"{path}[{index++}]", faults);
                break;
            case JsonValueKind.Number when !double.IsFinite(value.GetDouble()):
                faults.Add(path, "is a number beyond all bounds");
                break;
            case JsonValueKind.String when value.GetString() is { Length: > 0 } text && TextRules.IsBlank(text):
                faults.Add(path, TextRules.BlankFault);
                break;
        }
    }
}

/// <summary>An input that takes an asset id or an http(s) URL, or a list of them.</summary>
/// <param name="Kinds">What the asset may be: some of <c>video</c>, <c>image</c>, <c>audio</c>; empty for any.</param>
internal sealed record AssetField(string Name, bool IsList, IReadOnlyList<string> Kinds);
