using System.Text.Json;

namespace VideoGen.Pricing;

/// <summary>
/// Whether a price rule fits the schema of its model's input, asked when the catalogue is loaded: a rule that passes gives every valid input
/// a price that can be seen in the input, unless it grows beyond what can be paid. Each check answers null, or a text that follows the place's name.
/// </summary>
public static class PriceChecks
{
    const string Unknown = "is not a property of input_schema";

    /// <param name="field">A quantity's <c>field</c>.</param>
    /// <param name="schema">The model's <c>input_schema</c>.</param>
    public static string? FaultOfQuantity(string field, JsonElement? schema)
    {
        var (input, measure) = QuantityField.Parse(field);
        if (Property(schema, input) is not { } property) return Unknown;
        var fits = measure switch
        {
            QuantityMeasure.Duration => IsAsset(property) || (TypeOf(property) == "array" && Member(property, "items") is { } items && IsAsset(items)),
            QuantityMeasure.Length => TypeOf(property) is "string" or "array" && !IsAsset(property),
            _ => TypeOf(property) is "integer" or "number" || IsListOfNumbers(property),
        };
        if (!fits) return WantedBy(measure);
        return Member(property, "default") is null && !IsRequired(schema, input)
            ? "must name an input that is required or has a default; the price would be open without it" : null;
    }

    /// <param name="per">A quantity's <c>per</c>.</param>
    public static string? FaultOfPer(double per) =>
        QuantityCount.MayDivideBy(per) ? null : $"must be a number from {QuantityCount.MinPer} to {QuantityCount.MaxPer}";

    /// <param name="field">A factor's <c>field</c>.</param>
    /// <param name="schema">The model's <c>input_schema</c>.</param>
    public static string? FaultOfFactor(string field, JsonElement? schema)
    {
        if (Property(schema, field) is not { } property) return Unknown;
        return TypeOf(property) is "array" or "object" || IsAsset(property) ? "must name a text, a number or a boolean" : null;
    }

    /// <summary>Whether the factor's input can ever have this value, as <see cref="FactorValue"/> writes it.</summary>
    public static string? FaultOfValue(string field, string value, JsonElement? schema) =>
        Property(schema, field) is { } property && !MayBe(property, value) ? $"is never the value of {field}" : null;

    static bool MayBe(JsonElement property, string value)
    {
        if (Member(property, "enum") is { ValueKind: JsonValueKind.Array } allowed)
            return allowed.EnumerateArray().Any(item => FactorValue.TextOf(item) == value);
        return TypeOf(property) switch
        {
            "boolean" => value is "true" or "false",
            "integer" or "number" => FactorValue.Number(value) is { } number && FactorValue.TextOf(JsonSerializer.SerializeToElement(number)) == value
                && !(number < Bound(property, "minimum")) && !(number > Bound(property, "maximum")),
            _ => true,
        };
    }

    static string WantedBy(QuantityMeasure measure) => measure switch
    {
        QuantityMeasure.Duration => "must name an asset before .duration_seconds",
        QuantityMeasure.Length => "must name a text or a list before .length",
        _ => "must name a number",
    };

    /// <summary>A choice of texts such as <c>"4"</c>, <c>"8"</c>: each of them counts as the number that it writes.</summary>
    static bool IsListOfNumbers(JsonElement property) =>
        TypeOf(property) == "string" && Member(property, "enum") is { ValueKind: JsonValueKind.Array } allowed
        && allowed.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && FactorValue.Number(item.GetString()!) >= 0);

    static bool IsAsset(JsonElement property) => Member(property, "format") is { ValueKind: JsonValueKind.String } format && format.ValueEquals("asset");

    static bool IsRequired(JsonElement? schema, string input) =>
        schema is { } holder && Member(holder, "required") is { ValueKind: JsonValueKind.Array } names
        && names.EnumerateArray().Any(name => name.ValueKind == JsonValueKind.String && name.ValueEquals(input));

    static decimal? Bound(JsonElement property, string keyword) =>
        Member(property, keyword) is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var bound) ? bound : null;

    static string? TypeOf(JsonElement property) => Member(property, "type") is { ValueKind: JsonValueKind.String } type ? type.GetString() : null;

    static JsonElement? Property(JsonElement? schema, string name) =>
        schema is { } holder && Member(holder, "properties") is { } properties && Member(properties, name) is { ValueKind: not JsonValueKind.Null } found ? found : null;

    static JsonElement? Member(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
}
