using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.HttpApi;
using VideoGen.Jobs.Attempts;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Read;
using VideoGen.Pricing;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Receipts;

/// <summary>Writes a job's receipt from its row. Pure.</summary>
internal static class ReceiptText
{
    const string Hold = "hold";
    const string Attempt = "attempt";
    const string Capture = "capture";
    const string Release = "release";

    public static IReadOnlyList<string> Kinds { get; } = [Hold, Attempt, Capture, Release];

    /// <param name="rule">The model's price rule as it is now; null where the model is not there any more.</param>
    public static JobReceipt Of(JobRow row, PriceRule? rule)
    {
        var attempts = AttemptStory.Of(row) ?? [];
        var released = row.HasEnded ? row.Price - row.Captured : 0;
        var lines = new List<ReceiptLine> { new(row.CreatedAt, Hold, row.Price, HoldText(row)) };
        lines.AddRange(attempts.Where(one => one.StartedAt is not null).Select(one => new ReceiptLine(one.StartedAt!.Value, Attempt, 0, AttemptText(one))));
        if (row.Captured > 0) lines.Add(new ReceiptLine(row.EndedAt!.Value, Capture, row.Captured, $"{Credits(row.Captured)} taken: the result was made and stored."));
        if (released > 0) lines.Add(new ReceiptLine(row.EndedAt!.Value, Release, released, $"{Credits(released)} given back: {WhyReleased(row)}"));
        return new JobReceipt(
            row.Id, row.Model, row.Status, row.Price, row.HasEnded ? 0 : row.Price, row.Captured, released, PriceOf(row, rule), attempts, lines);
    }

    static ReceiptPrice PriceOf(JobRow row, PriceRule? rule)
    {
        if (row.Test) return new ReceiptPrice(row.PriceVersion, null, "A test key's job costs nothing.");
        var by = $"{Number(row.Price)} by version {row.PriceVersion} of the price of {row.Model}";
        if (BreakdownOf(row, rule) is not { } found) return new ReceiptPrice(row.PriceVersion, null, $"{by}, which has changed since.");
        var factors = string.Concat(found.Factors.Where(factor => factor.Percent != 100)
            .Select(factor => $", {factor.Percent} % for {factor.Field} {factor.Value}"));
        var least = found.Minimum > 0 ? $", at least {found.Minimum}" : "";
        return new ReceiptPrice(row.PriceVersion, found, $"{by}: {found.CreditsPerUnit} for each {found.Unit}, of which there are {found.Quantity}{factors}{least}.");
    }

    /// <summary>Decided anew; null where that is not what was held, so that no receipt tells another price.</summary>
    static PriceBreakdown? BreakdownOf(JobRow row, PriceRule? rule)
    {
        if (rule is null || rule.Version != row.PriceVersion || JsonNode.Parse(row.Input) is not JsonObject input) return null;
        var assets = JsonSerializer.Deserialize<IReadOnlyList<GenerationAsset>>(row.Assets, ApiJson.Options)!;
        return PriceDecision.Decide(rule, input, assets) is PriceOutcome.Priced priced && priced.Credits == row.Price ? priced.Breakdown : null;
    }

    static string HoldText(JobRow row) => row.Price == 0 ? "Nothing was set aside." : $"{Credits(row.Price)} set aside when the job was made.";

    static string AttemptText(JobAttempt attempt) => $"Attempt {attempt.Number}, {attempt.Provider}: " + attempt.Outcome switch
    {
        AttemptOutcome.Running => "under way.",
        AttemptOutcome.Succeeded => "made the result.",
        AttemptOutcome.Stopped => "stopped with the job. Nothing is taken for it.",
        AttemptOutcome.Absent => "the work did not reach it. Nothing is taken for it.",
        _ => $"{attempt.Message ?? "It made nothing."} Nothing is taken for it.",
    };

    static string WhyReleased(JobRow row) => row.ErrorMessage is { Length: > 0 } message ? message : "the job made nothing.";

    static string Credits(long credits) => $"{Number(credits)} {(credits == 1 ? "was" : "were")}";

    static string Number(long credits) => credits == 1 ? "1 credit" : $"{credits} credits";
}
