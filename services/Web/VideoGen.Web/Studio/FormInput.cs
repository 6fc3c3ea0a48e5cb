using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Web.Studio;

/// <summary>
/// Between a form and a job's input. What does not fit its type goes on as text: whether it is right is the API's to say, in one place
/// for programs and people.
/// </summary>
internal static class FormInput
{
    /// <summary>Before an input's name in the form, so that none meets a field of our own.</summary>
    public const string Prefix = "in.";

    public static JsonObject Of(JsonElement schema, IFormCollection form)
    {
        var input = new JsonObject();
        foreach (var field in Field.Of(schema))
        {
            var texts = form[Prefix + field.Name].Where(text => !string.IsNullOrEmpty(text)).Select(text => text!).ToList();
            var type = schema.GetProperty("properties").GetProperty(field.Name).TryGetProperty("type", out var name) ? name.GetString()
                : null;
            if (ValueOf(field, type, texts) is { } value) input[field.Name] = value;
        }
        return input;
    }

    /// <summary>A value of JSON as a form writes it.</summary>
    public static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.Array => string.Join('\n', value.EnumerateArray().Select(TextOf)),
        _ => value.GetRawText(),
    };

    static JsonNode? ValueOf(Field field, string? type, List<string> texts) => field.Kind switch
    {
        FieldKind.Switch => JsonValue.Create(texts.Contains("true", StringComparer.Ordinal)),
        _ when texts.Count == 0 => null,
        FieldKind.Json => Parsed(texts[0]),
        FieldKind.Lines =>
            Array(texts.SelectMany(text => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))),
        _ when field.IsMany => Array(texts),
        _ when type == "integer" && long.TryParse(texts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var whole) => JsonValue.Create(whole),
        _ when type is "number" or "integer"
            && decimal.TryParse(texts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        // Browsers send line breaks as two characters.
        _ => JsonValue.Create(texts[0].ReplaceLineEndings("\n")),
    };

    static JsonArray Array(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];

    static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text); // The API names the fault.
        }
    }
}
