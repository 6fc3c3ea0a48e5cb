using System.Numerics;
using System.Text.Json.Nodes;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Pricing;

/// <summary>
/// The price of a job from the model's rule, its validated input and the facts of its assets:
/// <c>max(minimum, ceil(credits × quantity × Π factor percent / 100))</c>. Integers all the way; no double ever holds credits. Pure.
/// </summary>
/// <remarks>
/// What a rule may say is checked by <see cref="PriceChecks"/> when the catalogue is loaded; both read a quantity's field by <see cref="QuantityField"/>
/// and a factor's value by <see cref="FactorValue"/>. An input that is absent counts one unit, and a factor over it 100 percent.
/// </remarks>
public static class PriceDecision
{
    /// <summary>The most that Accounts will hold for one job.</summary>
    const long MaxCredits = 1_000_000_000_000;

    /// <param name="input">Checked against the model's schema, defaults filled in.</param>
    public static PriceOutcome Decide(PriceRule rule, JsonObject input, IReadOnlyList<GenerationAsset> assets)
    {
        var (quantity, fault) = QuantityCount.Of(rule.Quantity, input, assets);
        var asked = rule.Quantity is { } counted ? "input." + QuantityField.Parse(counted.Field).Input : "input";
        if (fault is not null) return new PriceOutcome.Refused(asked, fault);

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
            ? new PriceOutcome.Refused(asked, "makes a price that nobody could pay")
            : new PriceOutcome.Priced((long)credits, new PriceBreakdown(rule.Credits, rule.Unit, quantity, factors, rule.Minimum));
    }

    /// <summary>True when the price can't be known before the assets are.</summary>
    public static bool NeedsAssets(PriceRule rule) => rule.Quantity is { } quantity && QuantityField.Parse(quantity.Field).Measure == QuantityMeasure.Duration;

    static AppliedFactor Apply(PriceFactor factor, JsonObject input)
    {
        var value = FactorValue.TextOf(input[factor.Field]);
        return new AppliedFactor(factor.Field, value, value is not null && factor.Percent.TryGetValue(value, out var percent) ? percent : 100);
    }
}

/// <summary>A price, or the field that makes one impossible.</summary>
public abstract record PriceOutcome
{
    /// <param name="Credits">Integer credits; what is held, and captured when the job completes.</param>
    public sealed record Priced(long Credits, PriceBreakdown Breakdown) : PriceOutcome;

    /// <param name="Field">Its path in the request: <c>input.seconds</c>.</param>
    /// <param name="Fault">Ends a sentence that begins with the field.</param>
    public sealed record Refused(string Field, string Fault) : PriceOutcome;
}
