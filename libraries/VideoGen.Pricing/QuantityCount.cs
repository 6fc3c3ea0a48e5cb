using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Providers.Contracts;

namespace VideoGen.Pricing;

/// <summary>Counts the units that a job takes: units begun, so 82 frames are two units of 81.</summary>
static class QuantityCount
{
    /// <summary>The least that a unit may hold; <see cref="PriceChecks"/> lets no rule in that divides by less, or by more than <see cref="MaxPer"/>.</summary>
    public const decimal MinPer = 0.000001m;

    public const decimal MaxPer = 1_000_000_000m;

    const decimal MaxUnits = 1_000_000_000_000;

    public static (long Units, string? Fault) Of(PriceQuantity? rule, JsonObject input, IReadOnlyList<GenerationAsset> assets)
    {
        if (rule is null) return (1, null);
        if (!MayDivideBy(rule.Per)) throw new InvalidOperationException($"A price rule divides {rule.Field} by {rule.Per}.");
        var (amount, fault) = Amount(QuantityField.Parse(rule.Field), input, assets);
        if (fault is not null) return (0, fault);
        if (amount is not { } value) return (1, null);
        if (value < 0) return (0, "must not be negative");
        var per = (decimal)rule.Per;
        return value > MaxUnits * per ? (0, "is too large to be priced") : ((long)decimal.Ceiling(value / per), null);
    }

    public static bool MayDivideBy(double per) => per is > 0 and < 1e12 && (decimal)per is >= MinPer and <= MaxPer;

    /// <summary>Null without a fault: the input is absent.</summary>
    static (decimal? Amount, string? Fault) Amount(QuantityField field, JsonObject input, IReadOnlyList<GenerationAsset> assets) => field.Measure switch
    {
        QuantityMeasure.Duration => Duration(field.Input, assets),
        QuantityMeasure.Length => Length(input[field.Input]),
        _ => Value(input[field.Input]),
    };

    static (decimal? Amount, string? Fault) Value(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => (null, null),
        JsonValueKind.Number or JsonValueKind.String when decimal.TryParse(node.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
            (number, null),
        _ => (null, "must be a number that can be priced"),
    };

    static (decimal? Amount, string? Fault) Length(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => (null, null),
        JsonValueKind.Array => (node.AsArray().Count, null),
        JsonValueKind.String => (node.GetValue<string>().EnumerateRunes().Count(), null),
        _ => (null, "must be a text or a list that can be priced"),
    };

    static (decimal? Amount, string? Fault) Duration(string name, IReadOnlyList<GenerationAsset> assets)
    {
        decimal? sum = null;
        foreach (var asset in assets.Where(asset => asset.Field == name || asset.Field.StartsWith(name + "[", StringComparison.Ordinal)))
        {
            if (asset.DurationSeconds is not (>= 0 and < 1e12)) return (null, "must have a known duration");
            sum = (sum ?? 0) + (decimal)asset.DurationSeconds.Value;
        }
        return (sum, null);
    }
}
