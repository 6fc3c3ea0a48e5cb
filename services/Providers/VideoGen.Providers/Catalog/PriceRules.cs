using System.Text.Json;
using VideoGen.Pricing;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Catalog;

/// <summary>Reads a price rule. Whether it fits the model's schema is asked of the price language's own checks.</summary>
internal static class PriceRules
{
    public static PriceRule Read(JsonPlace place, JsonPlace schema)
    {
        place.MustBeObject();
        place.OnlyMembers("version", "credits", "unit", "quantity", "factors", "minimum");
        return new PriceRule(
            (int)place["version"].Whole(1, int.MaxValue, 1), place["credits"].Whole(0, 1_000_000, 0), place["unit"].Text(),
            place["quantity"].IsPresent ? Quantity(place["quantity"], schema.Value) : null,
            place["factors"].IsPresent ? [.. place["factors"].Items().Select(item => Factor(item, schema.Value))] : null,
            place["minimum"].Whole(0, 1_000_000, 0, required: false));
    }

    static PriceQuantity Quantity(JsonPlace place, JsonElement? schema)
    {
        place.MustBeObject();
        place.OnlyMembers("field", "per");
        var field = place["field"].Text();
        if (field.Length > 0) Note(place["field"], PriceChecks.FaultOfQuantity(field, schema));
        var per = place["per"].Positive(1);
        Note(place["per"], PriceChecks.FaultOfPer(per));
        return new PriceQuantity(field, per);
    }

    static PriceFactor Factor(JsonPlace place, JsonElement? schema)
    {
        place.MustBeObject();
        place.OnlyMembers("field", "percent");
        var field = place["field"].Text();
        if (field.Length > 0) Note(place["field"], PriceChecks.FaultOfFactor(field, schema));
        var percent = new Dictionary<string, int>(StringComparer.Ordinal);
        if (place["percent"].MustBeObject())
        {
            foreach (var (value, percentage) in place["percent"].Members())
            {
                percent[value] = (int)percentage.Whole(0, 100_000, 100);
                Note(percentage, PriceChecks.FaultOfValue(field, value, schema));
            }
        }

        return new PriceFactor(field, percent);
    }

    static void Note(JsonPlace place, string? fault)
    {
        if (fault is not null) place.Fault(fault);
    }
}
