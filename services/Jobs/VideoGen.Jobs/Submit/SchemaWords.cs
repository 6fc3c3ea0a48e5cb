using System.Text.Json;

namespace VideoGen.Jobs.Submit;

/// <summary>Puts what a schema allows into words, for example "a whole number from 256 to 1920, a multiple of 8".</summary>
internal static class SchemaWords
{
    /// <returns>Ends a sentence that begins with "must be".</returns>
    public static string Describe(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return "of a form that the model's schema allows";
        if (schema.TryGetProperty("enum", out var allowed))
            return "one of " + string.Join(", ", allowed.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? "null" : value.ToString()));
        if (Text(schema, "format") == "asset") return "the id of an asset, an http(s) URL or a data URI";
        var types = Texts(schema, "type").ToList();
        var orNull = types.Remove("null") ? ", or null" : "";
        if (types.Count == 0 && orNull.Length > 0) return "null";
        return (types is [var type] ? Described(type, schema) : "of a form that the model's schema allows") + orNull;
    }

    /// <summary>The texts under a keyword that takes one text or a list of them.</summary>
    public static IEnumerable<string> Texts(JsonElement schema, string keyword) =>
        schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty(keyword, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(item => item.ToString())
        : [value.ToString()];

    static string Described(string type, JsonElement schema) => type switch
    {
        "boolean" => "true or false",
        "integer" => "a whole number" + Range(schema),
        "number" => "a number" + Range(schema),
        "string" => "a text" + Length(schema),
        "array" => "a list" + Items(schema),
        "object" => "an object",
        _ => "of a form that the model's schema allows",
    };

    static string Range(JsonElement schema)
    {
        var range = (Text(schema, "minimum"), Text(schema, "maximum")) switch
        {
            ({ } from, { } to) => $" from {from} to {to}",
            ({ } from, null) => $" of at least {from}",
            (null, { } to) => $" of at most {to}",
            _ => "",
        };
        if (Text(schema, "exclusiveMinimum") is { } above) range += $" above {above}";
        if (Text(schema, "exclusiveMaximum") is { } below) range += $" below {below}";
        return Text(schema, "multipleOf") is { } step ? $"{range}, a multiple of {step}" : range;
    }

    static string Length(JsonElement schema)
    {
        var length = (Text(schema, "minLength"), Text(schema, "maxLength")) switch
        {
            ({ } from, { } to) => $" of {from} to {to} characters",
            ({ } from, null) => $" of at least {from} {(from == "1" ? "character" : "characters")}",
            (null, { } to) => $" of at most {to} characters",
            _ => "",
        };
        if (Text(schema, "format") is { } format) length += $" in the form {format}";
        return Text(schema, "pattern") is { } pattern ? $"{length} that matches {pattern}" : length;
    }

    static string Items(JsonElement schema)
    {
        var count = (Text(schema, "minItems"), Text(schema, "maxItems")) switch
        {
            ({ } from and not "0", { } to) => $" of {from} to {to} items",
            ({ } from and not "0", null) => $" of at least {from} items",
            (_, { } to) => $" of at most {to} items",
            _ => "",
        };
        var each = schema.TryGetProperty("items", out var items) ? ", each " + Describe(items) : "";
        return count + each + (Text(schema, "uniqueItems") == "True" ? ", without repetition" : "");
    }

    static string? Text(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var value) && value.ToString() is { Length: > 0 } text ? text : null;
}
