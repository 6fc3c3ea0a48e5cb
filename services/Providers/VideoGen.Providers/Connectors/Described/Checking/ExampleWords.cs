using System.Text.Json.Nodes;

namespace VideoGen.Providers.Connectors.Described.Checking;

/// <summary>Answers of connectors in the words of examples.</summary>
internal static class ExampleWords
{
    public static JsonNode Of(CreateAnswer answer) => answer switch
    {
        CreateAnswer.Accepted { State: VendorState.Succeeded made } => Made(made),
        CreateAnswer.Accepted accepted => new JsonObject { ["accepted"] = accepted.VendorId },
        CreateAnswer.Refused refused => new JsonObject { ["refused"] = Of(refused.Refusal) },
        _ => "unknown",
    };

    public static JsonNode Of(VendorState state) => state switch
    {
        VendorState.Running running => new JsonObject { ["running"] = running.Percent },
        VendorState.Succeeded made => Made(made),
        VendorState.Failed failed => new JsonObject { ["failed"] = Of(failed.Refusal) },
        _ => state.GetType().Name.ToLowerInvariant(),
    };

    static string Of(Refusal refusal) =>
        $"{refusal.Kind.ToString().ToLowerInvariant()}, charged {refusal.Charged.ToString().ToLowerInvariant()}"
        + (refusal.RetryAfter is { } wait ? $", again in {wait.TotalSeconds} s" : "");

    static JsonObject Made(VendorState.Succeeded made)
    {
        var words = new JsonObject {
            ["made"] = new JsonArray(
            [.. made.Outputs.Select(output =>
            JsonValue.Create($"{output.Kind} {output.Url?.ToString() ?? $"{output.Inline!.Length} bytes"}"))]) };
        if (made.Text is not null) words["text"] = made.Text;
        if (made.Usage.Count > 0) words["usage"] = string.Join(", ",
            made.Usage.Select(usage => FormattableString.Invariant($"{usage.Quantity:0.####} {usage.Unit}")));
        return words;
    }
}
