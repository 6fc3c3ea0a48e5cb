using System.Text.Json;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Catalog;

/// <summary>Reads a price rule and checks that every input it looks at exists in the model's schema.</summary>
internal static class PriceRules
{
    const string DurationOfAsset = ".duration_seconds";

    public static PriceRule Read(JsonPlace place, JsonPlace schema)
    {
        place.MustBeObject();
        place.OnlyMembers("version", "credits", "unit", "quantity", "factors", "minimum");
        return new PriceRule(
            (int)place["version"].Whole(1, int.MaxValue, 1), place["credits"].Whole(0, 1_000_000, 0), place["unit"].Text(),
            place["quantity"].IsPresent ? Quantity(place["quantity"], schema) : null,
            place["factors"].IsPresent ? [.. place["factors"].Items().Select(item => Factor(item, schema["properties"]))] : null,
            place["minimum"].Whole(0, 1_000_000, 0, required: false));
    }

    static PriceQuantity Quantity(JsonPlace place, JsonPlace schema)
    {
        place.MustBeObject();
        place.OnlyMembers("field", "per");
        var field = place["field"].Text();
        var ofAsset = field.EndsWith(DurationOfAsset, StringComparison.Ordinal);
        var property = schema["properties"][ofAsset ? field[..^DurationOfAsset.Length] : field];
        if (field.Length > 0 && !property.IsPresent) place["field"].Fault("is not a property of input_schema");
        else if (ofAsset && property["format"].Value?.GetString() != "asset") place["field"].Fault("must name an asset before .duration_seconds");
        else if (!ofAsset && field.Length > 0 && property["type"].Value?.GetString() is not ("integer" or "number"))
            place["field"].Fault("must name a number");
        else if (!ofAsset && field.Length > 0 && !property["default"].IsPresent && !SchemaRules.IsRequired(schema, field))
            place["field"].Fault("must name an input that is required or has a default; the price would be open without it");
        return new PriceQuantity(field, place["per"].Positive(1));
    }

    static PriceFactor Factor(JsonPlace place, JsonPlace properties)
    {
        place.MustBeObject();
        place.OnlyMembers("field", "percent");
        var field = place["field"].Text();
        var property = properties[field];
        if (field.Length > 0 && !property.IsPresent) place["field"].Fault("is not a property of input_schema");
        var percent = new Dictionary<string, int>(StringComparer.Ordinal);
        if (place["percent"].MustBeObject())
        {
            foreach (var (value, percentage) in place["percent"].Members())
            {
                percent[value] = (int)percentage.Whole(0, 100_000, 100);
                if (property.IsPresent && !MayBe(property, value)) percentage.Fault($"is never the value of {field}");
            }
        }

        return new PriceFactor(field, percent);
    }

    /// <summary>Whether the input can ever have this value, as text.</summary>
    static bool MayBe(JsonPlace property, string value)
    {
        if (property["enum"].Value is { ValueKind: JsonValueKind.Array } allowed)
            return allowed.EnumerateArray().Any(item => item.ToString() == value);
        return property["type"].Value?.GetString() != "boolean" || value is "true" or "false";
    }
}
