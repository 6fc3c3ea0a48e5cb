using System.Text.Json;

namespace VideoGen.Providers.Catalog;

/// <summary>
/// What an <c>input_schema</c> may look like: an object schema in the keywords that every draft from 4 to 2020-12 reads the
/// same way and whose faults Jobs can put into words (so no <c>const</c>, <c>if</c>, <c>then</c>, <c>else</c> or <c>prefixItems</c>), each
/// property with a title and a description for people, each default valid by its own rules.
/// </summary>
internal static class SchemaRules
{
    static readonly string[] RootKeywords = ["$schema", "type", "title", "description", "properties", "required", "additionalProperties", "anyOf"];

    static readonly string[] PropertyKeywords =
    [
        "type", "title", "description", "default", "enum", "format", "minimum", "maximum", "multipleOf", "minLength", "maxLength",
        "items", "minItems", "maxItems", "x-media",
    ];

    static readonly string[] Types = ["string", "integer", "number", "boolean", "array"];
    static readonly string[] Media = ["image", "video", "audio"];

    public static void Check(JsonPlace schema)
    {
        if (!schema.MustBeObject()) return;
        schema.OnlyMembers(RootKeywords);
        if (schema["type"].Text() is { Length: > 0 } type && type != "object") schema["type"].Fault("must be \"object\"");
        if (schema["additionalProperties"].Value is not { ValueKind: JsonValueKind.False })
            schema["additionalProperties"].Fault("must be false, so that a misspelt input is refused and not ignored");
        CheckNames(schema["required"], schema["properties"]);

        if (!schema["properties"].MustBeObject()) return;
        foreach (var (_, property) in schema["properties"].Members()) CheckProperty(property);
        foreach (var alternative in schema["anyOf"].Items()) CheckAlternative(alternative, schema["properties"]);
    }

    static void CheckNames(JsonPlace names, JsonPlace properties)
    {
        foreach (var name in names.Items())
        {
            if (name.Text() is { Length: > 0 } required && !properties[required].IsPresent) name.Fault($"there is no property {required}");
        }
    }

    /// <summary>An alternative of the whole input: properties that it has, one that it has not, or values that one of them has.</summary>
    static void CheckAlternative(JsonPlace alternative, JsonPlace properties)
    {
        if (!alternative.MustBeObject()) return;
        alternative.OnlyMembers("required", "not", "properties");
        CheckNames(alternative["required"], properties);
        if (alternative["not"].IsPresent)
        {
            alternative["not"].OnlyMembers("required");
            CheckNames(alternative["not"]["required"], properties);
            if (alternative["not"]["required"].Items().Count() != 1) alternative["not"]["required"].Fault("must name one property");
        }

        foreach (var (name, property) in alternative["properties"].Members())
        {
            if (!properties[name].IsPresent) property.Fault("is not a property of input_schema");
            property.OnlyMembers("enum");
            foreach (var value in property["enum"].Items())
            {
                if (properties[name]["enum"].Value is not { ValueKind: JsonValueKind.Array } allowed
                    || !allowed.EnumerateArray().Any(item => JsonElement.DeepEquals(item, value.Value!.Value)))
                    value.Fault($"is never the value of {name}");
            }
        }
    }

    static void CheckProperty(JsonPlace property)
    {
        if (!property.MustBeObject()) return;
        property.OnlyMembers(PropertyKeywords);
        property["title"].Text();
        property["description"].Text();
        var type = property["type"].Text();
        if (type.Length > 0 && !Types.Contains(type)) property["type"].Fault($"must be one of {string.Join(", ", Types)}");
        CheckAsset(property, type);
        CheckNumbers(property);
        if (type == "array")
        {
            CheckProperty(property["items"]);
            if (!property["maxItems"].IsPresent) property["maxItems"].Fault("is missing: a list must have an end");
        }
        else if (type == "string" && property["format"].Value?.ToString() != "asset" && !property["enum"].IsPresent && !property["maxLength"].IsPresent)
        {
            property["maxLength"].Fault("is missing: a text must have an end");
        }

        if (property["default"].IsPresent && DefaultFault(property, type) is { } fault) property["default"].Fault(fault);
    }

    static void CheckAsset(JsonPlace property, string type)
    {
        var isAsset = property["format"].Value?.ToString() == "asset";
        if (property["format"].IsPresent && !isAsset) property["format"].Fault("must be \"asset\"; no other format is checked");
        if (isAsset && type != "string") property["type"].Fault("must be \"string\" for an asset");
        if (isAsset != property["x-media"].IsPresent)
            property["x-media"].Fault(isAsset ? "is missing: say which kinds of media the asset may be" : "belongs to assets only");
        foreach (var kind in property["x-media"].Items())
        {
            if (kind.Text() is { Length: > 0 } text && !Media.Contains(text)) kind.Fault($"must be one of {string.Join(", ", Media)}");
        }
    }

    static void CheckNumbers(JsonPlace property)
    {
        foreach (var name in (ReadOnlySpan<string>)["minimum", "maximum", "multipleOf"])
        {
            if (property[name] is { IsPresent: true, Value.ValueKind: not JsonValueKind.Number } place) place.Fault("must be a number");
        }

        foreach (var name in (ReadOnlySpan<string>)["minLength", "maxLength", "minItems", "maxItems"]) property[name].Whole(0, int.MaxValue, 0, required: false);
        if (Number(property["minimum"]) > Number(property["maximum"])) property["minimum"].Fault("lies above maximum");
    }

    /// <summary>Why the default is not a value that the property itself would take; null when it is.</summary>
    static string? DefaultFault(JsonPlace property, string type)
    {
        var value = property["default"].Value!.Value;
        var fits = type switch
        {
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            "array" => value.ValueKind == JsonValueKind.Array,
            _ => true,
        };
        if (!fits) return $"is no {type}";
        if (property["enum"].Value is { ValueKind: JsonValueKind.Array } allowed && !allowed.EnumerateArray().Any(item => JsonElement.DeepEquals(item, value)))
            return "is not in enum";
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString()!.EnumerateRunes().Count() > (Number(property["maxLength"]) ?? double.MaxValue) ? "is longer than maxLength" : null;
        return value.ValueKind == JsonValueKind.Number ? RangeFault(property, value.GetDouble()) : null;
    }

    static string? RangeFault(JsonPlace property, double value)
    {
        if (value < Number(property["minimum"])) return "lies below minimum";
        if (value > Number(property["maximum"])) return "lies above maximum";
        return Number(property["multipleOf"]) is { } step and > 0 && Math.Abs(Math.IEEERemainder(value, step)) > 1e-9 ? "is not a multiple of multipleOf" : null;
    }

    static double? Number(JsonPlace place) => place.Value is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
}
