using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Gateway.Dialects;

/// <summary>
/// From a form's texts to a model's typed input, by the model's own schema: <c>"8"</c> becomes a number where the schema wants one,
/// <c>"True"</c> a boolean, and the case of a listed value does not matter. A text that does not fit stays a text, so that the native
/// validation names it. Fields that the model does not know are ignored.
/// </summary>
internal static class FormInput
{
    static readonly string[] Yes = ["true", "1", "yes", "on"];
    static readonly string[] No = ["false", "0", "no", "off"];

    /// <param name="skip">Fields that the dialect has dealt with itself.</param>
    public static JsonObject From(IReadOnlyDictionary<string, string> fields, JsonElement schema, params IReadOnlyCollection<string> skip)
    {
        var input = new JsonObject();
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
            if (!skip.Contains(property.Name) && fields.TryGetValue(property.Name, out var text) && Typed(text, property.Value) is { } value)
                input[property.Name] = value;
        return input;
    }

    /// <summary>The value, or null when the field was left empty.</summary>
    static JsonValue? Typed(string text, JsonElement property)
    {
        var type = property.TryGetProperty("type", out var declared) && declared.ValueKind == JsonValueKind.String ? declared.GetString() : "string";
        if (type == "string") return Listed(text, property);
        var trimmed = text.Trim();
        if (trimmed.Length == 0) return null;
        return type switch
        {
            "integer" or "number" => Number(trimmed) ?? JsonValue.Create(text),
            "boolean" when Yes.Contains(trimmed, StringComparer.OrdinalIgnoreCase) => JsonValue.Create(true),
            "boolean" when No.Contains(trimmed, StringComparer.OrdinalIgnoreCase) => JsonValue.Create(false),
            _ => JsonValue.Create(text),
        };
    }

    static JsonValue? Number(string text) =>
        !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? null
        : decimal.IsInteger(number) && number is >= long.MinValue and <= long.MaxValue ? JsonValue.Create((long)number)
        : JsonValue.Create(number);

    static JsonValue Listed(string text, JsonElement property)
    {
        if (!property.TryGetProperty("enum", out var values)) return JsonValue.Create(text);
        var match = values.EnumerateArray().FirstOrDefault(value =>
            value.ValueKind == JsonValueKind.String && string.Equals(value.GetString(), text.Trim(), StringComparison.OrdinalIgnoreCase));
        return JsonValue.Create(match.ValueKind == JsonValueKind.String ? match.GetString()! : text);
    }
}
