using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Pricing;

/// <summary>An input's value as the keys of a factor's <c>percent</c> write it.</summary>
static class FactorValue
{
    /// <summary>720, 720.0 and 7.2e2 are one value, <c>720</c>; a boolean is <c>true</c> or <c>false</c>. Null for an absent input.</summary>
    public static string? TextOf(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => null,
        JsonValueKind.String => node.GetValue<string>(),
        JsonValueKind.Number when Number(node.ToJsonString()) is { } number => number.ToString("0.############################", CultureInfo.InvariantCulture),
        _ => node.ToJsonString(),
    };

    public static string? TextOf(JsonElement value) => TextOf(JsonSerializer.SerializeToNode(value));

    public static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
