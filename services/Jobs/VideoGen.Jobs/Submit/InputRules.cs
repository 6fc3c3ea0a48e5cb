using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.HttpApi.Requests;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Submit;

/// <summary>What follows from an input beside its price, by rules of the catalogue. Pure.</summary>
internal static class InputRules
{
    /// <summary>What the job makes: <c>video</c>, <c>image</c>, <c>audio</c> or <c>text</c>.</summary>
    public static string KindOf(CatalogModel model, JsonObject input) =>
        model.KindBy is { } rule && input[rule.Field] is JsonValue value && value.TryGetValue<string>(out var mode) && rule.Kinds.TryGetValue(mode, out var kind)
            ? kind : model.Kind;

    /// <summary>Refuses a video that would be shorter or longer than the model's capabilities say.</summary>
    /// <param name="input">Checked against the schema, defaults filled in.</param>
    public static void CheckLength(CatalogModel model, JsonObject input, Faults faults)
    {
        if (model.Length is not { } rule) return;
        var place = "input." + rule.Frames;
        if (faults.Has(place) || faults.Has("input." + rule.Fps)) return;
        if (Number(input[rule.Frames]) is not { } frames || Number(input[rule.Fps]) is not { } fps || fps <= 0) return;
        var (least, most) = (Bound(model, "min_duration_seconds") ?? 0, Bound(model, "max_duration_seconds") ?? decimal.MaxValue);
        var seconds = frames / fps;
        if (seconds >= least && seconds <= most) return;
        faults.Add(place, string.Create(CultureInfo.InvariantCulture,
            $"must make a video of {least:0.###} to {most:0.###} seconds; {frames:0.###} frames at {rule.Fps} {fps:0.###} make {seconds:0.###}"));
    }

    /// <summary>A capability that is a number; null when the model has none of this name.</summary>
    public static decimal? Bound(CatalogModel model, string capability) =>
        model.Capabilities.ValueKind == JsonValueKind.Object && model.Capabilities.TryGetProperty(capability, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDecimal() : null;

    static decimal? Number(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
