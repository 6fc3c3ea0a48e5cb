using NJsonSchema;
using NJsonSchema.Validation;

namespace VideoGen.Jobs.Submit;

/// <summary>Says in plain words what the schema wants instead: the allowed values and ranges, for people and programs alike.</summary>
internal static class SchemaFaults
{
    /// <param name="root">What the schema's root is called in the request.</param>
    public static void Add(ValidationError error, string root, Faults faults)
    {
        var field = FieldOf(error, root);
        switch (error)
        {
            case ChildSchemaValidationError { Kind: ValidationErrorKind.ArrayItemNotValid } items:
                foreach (var inner in items.Errors.SelectMany(pair => pair.Value)) Add(inner, root, faults);
                break;
            case ChildSchemaValidationError alternatives:
                faults.Add(field, Alternatives(alternatives, root));
                break;
            default:
                faults.Add(field, TextOf(error));
                break;
        }
    }

    static string TextOf(ValidationError error) => error.Kind switch
    {
        ValidationErrorKind.PropertyRequired => "is required" + Wanted(error),
        ValidationErrorKind.NoAdditionalPropertiesAllowed =>
            "is not an input of this model; allowed: " + string.Join(", ", error.Schema.ActualProperties.Keys),
        ValidationErrorKind.ExcludedSchemaValidates => "must not have " + string.Join(" and ", error.Schema.Not!.RequiredProperties),
        _ => "must be " + Describe(error.Schema),
    };

    static string Wanted(ValidationError error) =>
        error.Property is { } name && error.Schema.ActualProperties.TryGetValue(name, out var property) ? ": " + Describe(property) : "";

    static string Alternatives(ChildSchemaValidationError error, string root)
    {
        var each = error.Errors.Select(pair => string.Join(" and ", pair.Value.Select(inner =>
        {
            var (field, own) = (FieldOf(inner, root), FieldOf(error, root));
            return field == own ? TextOf(inner) : $"{field} {TextOf(inner)}";
        }).Distinct(StringComparer.Ordinal)));
        return "needs one of these: " + string.Join("; or: ", each);
    }

    /// <summary>NJsonSchema writes <c>#/clips[1]</c> and <c>#/frame.x</c>.</summary>
    static string FieldOf(ValidationError error, string root)
    {
        var path = error.Path?.TrimStart('#').TrimStart('/') ?? "";
        return path.Length == 0 ? root : path[0] == '[' ? root + path : $"{root}.{path}";
    }

    /// <summary>For example "a whole number from 256 to 1920, a multiple of 8".</summary>
    internal static string Describe(JsonSchema reference)
    {
        var schema = reference.ActualTypeSchema;
        if (schema.Enumeration.Count > 0) return "one of " + string.Join(", ", schema.Enumeration.Select(value => value ?? "null"));
        if (schema.Format == "asset") return "the id of an asset or an http(s) URL";
        var type = schema.Type & ~JsonObjectType.Null;
        var orNull = schema.Type.HasFlag(JsonObjectType.Null) ? ", or null" : "";
        return orNull.Length > 0 && type == JsonObjectType.None ? "null" : type switch
        {
            JsonObjectType.Boolean => "true or false",
            JsonObjectType.Integer => "a whole number" + Range(schema),
            JsonObjectType.Number => "a number" + Range(schema),
            JsonObjectType.String => "a text" + Length(schema),
            JsonObjectType.Array => "a list" + Items(schema),
            JsonObjectType.Object => "an object",
            _ => "of a form that the model's schema allows",
        } + orNull;
    }

    static string Range(JsonSchema schema)
    {
        var (least, most) = (schema.Minimum, schema.Maximum);
        var range = (least, most) switch
        {
            ({ } from, { } to) => $" from {from} to {to}",
            ({ } from, null) => $" of at least {from}",
            (null, { } to) => $" of at most {to}",
            _ => "",
        };
        if (schema.ExclusiveMinimum is { } above) range += $" above {above}";
        if (schema.ExclusiveMaximum is { } below) range += $" below {below}";
        return schema.MultipleOf is { } step ? $"{range}, a multiple of {step}" : range;
    }

    static string Length(JsonSchema schema)
    {
        var length = (schema.MinLength, schema.MaxLength) switch
        {
            ({ } from, { } to) => $" of {from} to {to} characters",
            ({ } from, null) => $" of at least {from} {(from == 1 ? "character" : "characters")}",
            (null, { } to) => $" of at most {to} characters",
            _ => "",
        };
        if (schema.Format is { Length: > 0 } format) length += $" in the form {format}";
        return schema.Pattern is { Length: > 0 } pattern ? $"{length} that matches {pattern}" : length;
    }

    static string Items(JsonSchema schema)
    {
        var count = (schema.MinItems, schema.MaxItems) switch
        {
            ( > 0, > 0) => $" of {schema.MinItems} to {schema.MaxItems} items",
            ( > 0, _) => $" of at least {schema.MinItems} items",
            (_, > 0) => $" of at most {schema.MaxItems} items",
            _ => "",
        };
        var items = schema.Item is { } item ? ", each " + Describe(item) : "";
        return count + items + (schema.UniqueItems ? ", without repetition" : "");
    }
}
