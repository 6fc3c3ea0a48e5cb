using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;

namespace VideoGen.Cli.Running;

/// <summary>
/// <c>key=value</c> to a model's input: the model's JSON Schema says whether <c>4</c> is a number or a text. <c>key:=…</c> takes
/// JSON as it
/// stands. A list's key may come several times.
/// </summary>
internal static class InputValues
{
    /// <summary>The types that a field may have, <c>null</c> apart.</summary>
    public static IReadOnlyList<string> TypesOf(JsonObject field) => field["type"] switch
    {
        JsonArray types => [.. types.Select(type => $"{type}").Where(type => type != "null")],
        JsonValue type => [$"{type}"],
        _ => (field["anyOf"] ?? field["oneOf"]) is JsonArray kinds
            ? [.. kinds.OfType<JsonObject>().SelectMany(TypesOf).Distinct(StringComparer.Ordinal)] : [],
    };

    public static void Set(JsonObject input, string argument, JsonObject? fields)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw Wrong(argument, "must be of the form key=value, or key:=JSON");
        var (key, value) = (argument[..equals], argument[(equals + 1)..]);
        if (key.EndsWith(':'))
        {
            Add(input, key[..^1], ParseJson(argument, value), isList: false);
            return;
        }
        var field = fields?[key] as JsonObject;
        Add(input, key, field is null ? JsonValue.Create(value) : Value(argument, value, field), IsList(field));
    }

    /// <summary>An asset's id in the field that takes it.</summary>
    public static void SetAsset(JsonObject input, string key, string id, JsonObject? fields) =>
        Add(input, key, JsonValue.Create(id), IsList(fields?[key] as JsonObject));

    static bool IsList(JsonObject? field) => field is not null && TypesOf(field) is ["array"];

    static void Add(JsonObject input, string key, JsonNode? value, bool isList)
    {
        if (isList && value is not JsonArray)
        {
            if (input[key] is not JsonArray list) input[key] = list = [];
            list.Add(value);
            return;
        }
        if (!input.TryAdd(key, value)) throw Wrong(key, "comes twice");
    }

    static JsonNode? Value(string argument, string value, JsonObject field)
    {
        var types = TypesOf(field);
        if (types is ["array"])
        {
            if (value.StartsWith('[')) return ParseJson(argument, value);
            return field["items"] is JsonObject item ? Value(argument, value, item) : JsonValue.Create(value);
        }
        if (types.Count == 0 || types.Contains("string", StringComparer.Ordinal)) return JsonValue.Create(value);
        foreach (var type in types)
            if (Typed(type, value) is { } typed) return typed;
        if (types.Contains("object", StringComparer.Ordinal)) return ParseJson(argument, value);
        throw Wrong(argument, $"must be {string.Join(" or ", types.Select(Article))}");
    }

    static JsonValue? Typed(string type, string value) => type switch
    {
        "integer" when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
            JsonValue.Create(number),
        "number" when decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
            JsonValue.Create(number),
        "boolean" when value is "true" or "yes" or "on" => JsonValue.Create(true),
        "boolean" when value is "false" or "no" or "off" => JsonValue.Create(false),
        _ => null,
    };

    static JsonNode? ParseJson(string argument, string value)
    {
        try
        {
            return Answers.Parse(value);
        }
        catch (JsonException broken)
        {
            throw Wrong(argument, $"is not JSON: {broken.Message}");
        }
    }

    static string Article(string type) => type is "integer" or "object" or "array" ? $"an {type}" : $"a {type}";

    static CommandFailure Wrong(string argument, string what) =>
        new(ExitCodes.Usage, $"{argument}: {what}.", "See the model's inputs: videogen models show <model>");
}
