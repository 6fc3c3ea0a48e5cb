using System.Text.Json;

namespace VideoGen.Web.Studio;

public enum FieldKind
{
    Line,
    Words,
    Pills,
    Select,
    Slider,
    Number,
    Seed,
    Switch,
    File,
    Lines,
    Json,
}

/// <summary>One input of a model, as its form shows it.</summary>
public sealed record Field
{
    const int PillsAtMost = 5;
    const int PillsLength = 34;
    const int LineLength = 200;
    const double StepsAtMost = 1000;

    static readonly string[] Seconds = ["second", "duration"];

    public required string Name { get; init; }

    public required string Title { get; init; }

    public string Help { get; init; } = "";

    public FieldKind Kind { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>Several files, or several lines.</summary>
    public bool IsMany { get; init; }

    /// <summary>The schema's default, as a form writes it.</summary>
    public string Default { get; init; } = "";

    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Kinds of files that it takes; empty for what is no file.</summary>
    public IReadOnlyList<string> Media { get; init; } = [];

    public string? Min { get; init; }

    public string? Max { get; init; }

    public string Step { get; init; } = "any";

    public string Unit { get; init; } = "";

    public int? MaxLength { get; init; }

    /// <summary>Shown at once; the others wait below "More settings".</summary>
    public bool IsMain => IsRequired || Kind is FieldKind.File or FieldKind.Pills
        || Name is "prompt" or "text" or "duration_seconds" or "durationSeconds";

    public static IReadOnlyList<Field> Of(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties)) return [];
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString())
            .ToHashSet() : [];
        return [.. properties.EnumerateObject().Select(one => Of(one.Name, one.Value, required.Contains(one.Name)))];
    }

    static Field Of(string name, JsonElement schema, bool isRequired)
    {
        var type = TextOf(schema, "type");
        var isMany = type == "array";
        var item = isMany && schema.TryGetProperty("items", out var items) ? items : schema;
        var choices = item.TryGetProperty("enum", out var values) ? values.EnumerateArray().Select(FormInput.TextOf).ToList() : [];
        var field = new Field
        {
            Name = name,
            Title = TextOf(schema, "title") is { Length: > 0 } title ? title : name,
            Help = TextOf(schema, "description"),
            IsRequired = isRequired,
            IsMany = isMany,
            Default = schema.TryGetProperty("default", out var value) ? FormInput.TextOf(value) : "",
            Choices = choices,
            Media = TextOf(item, "format") == "asset" && item.TryGetProperty("x-media", out var media)
                ? [.. media.EnumerateArray().Select(one => one.GetString()!)] : [],
            Min = Number(schema, "minimum"),
            Max = Number(schema, "maximum"),
            Step = Number(schema, "multipleOf") ?? (type == "integer" ? "1" : "any"),
            Unit = UnitOf(name, type),
            MaxLength = schema.TryGetProperty("maxLength", out var length) ? length.GetInt32() : null,
        };
        return field with { Kind = KindOf(field, type, TextOf(item, "format"), TextOf(item, "type")) };
    }

    static FieldKind KindOf(Field field, string type, string format, string itemType) => type switch
    {
        _ when format == "asset" => FieldKind.File,
        "boolean" => FieldKind.Switch,
        "array" => itemType == "string" ? FieldKind.Lines : FieldKind.Json,
        "object" => FieldKind.Json,
        _ when field.Choices.Count > 0 => field.Choices.Count <= PillsAtMost
            && field.Choices.Sum(choice => choice.Length) <= PillsLength ? FieldKind.Pills : FieldKind.Select,
        "integer" or "number" when field.Name.Contains("seed", StringComparison.OrdinalIgnoreCase) => FieldKind.Seed,
        "integer" or "number" => IsShort(field) ? FieldKind.Slider : FieldKind.Number,
        _ => field.MaxLength > LineLength ? FieldKind.Words : FieldKind.Line,
    };

    /// <summary>A slider is for a range in which a hand can find a value, and needs a value to begin with.</summary>
    static bool IsShort(Field field) =>
        field is { Min: not null, Max: not null, Default.Length: > 0 }
        && (Parse(field.Max) - Parse(field.Min)) / (field.Step == "any" ? 0.1 : Parse(field.Step)) is > 0 and <= StepsAtMost;

    static double Parse(string number) => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture);

    static string UnitOf(string name, string type) => type is not ("integer" or "number") ? "" : name switch
    {
        _ when Seconds.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) => "s",
        "width" or "height" => "px",
        "length" or "num_frames" or "frames" => "frames",
        "fps" => "fps",
        _ => "",
    };

    static string? Number(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;

    static string TextOf(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
