using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// The price of a job from the model's rule, its validated input and the facts of its assets. Integers all the way; no double
/// ever holds credits. Pure.
/// </summary>
/// <remarks>
/// A quantity's field is an input that is a number (or a text of digits), <c>&lt;input&gt;.length</c> (characters of a text, items of a list), or
/// <c>&lt;asset input&gt;.duration_seconds</c> (the sum over a list). An input that is absent counts one unit.
/// </remarks>
internal static class PriceDecision
{
    const string DurationSuffix = ".duration_seconds";
    const string LengthSuffix = ".length";

    /// <summary>The most that Accounts will hold for one job.</summary>
    const long MaxCredits = 1_000_000_000_000;

    public static PriceOutcome Decide(PriceRule rule, JsonObject input, IReadOnlyList<GenerationAsset> assets)
    {
        var (quantity, fault) = Quantity(rule.Quantity, input, assets);
        if (fault is not null) return new PriceOutcome.Refused(FieldOf(rule.Quantity!), fault);

        AppliedFactor[] factors = [.. (rule.Factors ?? []).Select(factor => Apply(factor, input))];
        var product = new BigInteger(rule.Credits) * quantity;
        var divisor = BigInteger.One;
        foreach (var factor in factors)
        {
            product *= factor.Percent;
            divisor *= 100;
        }
        var credits = BigInteger.Max(rule.Minimum, (product + divisor - 1) / divisor);
        return credits > MaxCredits
            ? new PriceOutcome.Refused(rule.Quantity is { } asked ? FieldOf(asked) : "input", "makes a price that nobody could pay")
            : new PriceOutcome.Priced((long)credits, new PriceBreakdown(rule.Credits, rule.Unit, quantity, factors, rule.Minimum));
    }

    /// <summary>True when the price can't be known before the assets are.</summary>
    public static bool NeedsAssets(PriceRule rule) => rule.Quantity?.Field.EndsWith(DurationSuffix, StringComparison.Ordinal) == true;

    static (long Units, string? Fault) Quantity(PriceQuantity? rule, JsonObject input, IReadOnlyList<GenerationAsset> assets)
    {
        if (rule is null) return (1, null);
        if (rule.Per is not (> 0 and < 1e9)) throw new InvalidOperationException($"A price rule divides {rule.Field} by {rule.Per}.");
        var (amount, fault) = Amount(rule.Field, input, assets);
        if (fault is not null) return (0, fault);
        if (amount is not { } value) return (1, null);
        if (value < 0) return (0, "must not be negative");
        var units = value / (decimal)rule.Per;
        return units > 1_000_000_000_000m ? (0, "is too large to be priced") : ((long)decimal.Ceiling(units), null);
    }

    static (decimal? Amount, string? Fault) Amount(string field, JsonObject input, IReadOnlyList<GenerationAsset> assets)
    {
        if (field.EndsWith(DurationSuffix, StringComparison.Ordinal)) return Duration(field[..^DurationSuffix.Length], assets);
        if (field.EndsWith(LengthSuffix, StringComparison.Ordinal)) return (Length(input[field[..^LengthSuffix.Length]]), null);
        if (input[field] is not JsonValue value) return (null, null);
        return decimal.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (number, null)
            : (null, "must be a number that can be priced");
    }

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

    static decimal? Length(JsonNode? node) => node switch
    {
        JsonArray list => list.Count,
        JsonValue value when value.TryGetValue<string>(out var text) => text.EnumerateRunes().Count(),
        _ => null,
    };

    static AppliedFactor Apply(PriceFactor factor, JsonObject input)
    {
        var value = TextOf(input[factor.Field]);
        return new AppliedFactor(factor.Field, value, value is not null && factor.Percent.TryGetValue(value, out var percent) ? percent : 100);
    }

    /// <summary>720, 720.0 and 7.2e2 are one value.</summary>
    static string? TextOf(JsonNode? node) => node?.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.String => node.GetValue<string>(),
        System.Text.Json.JsonValueKind.Number when decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
            number.ToString("0.############################", CultureInfo.InvariantCulture),
        null => null,
        _ => node.ToJsonString(),
    };

    static string FieldOf(PriceQuantity rule) => "input." + rule.Field.Split('.')[0];
}

/// <summary>A price, or the field that makes one impossible.</summary>
internal abstract record PriceOutcome
{
    /// <param name="Credits">Integer credits; what is held, and captured when the job completes.</param>
    internal sealed record Priced(long Credits, PriceBreakdown Breakdown) : PriceOutcome;

    internal sealed record Refused(string Field, string Fault) : PriceOutcome;
}
