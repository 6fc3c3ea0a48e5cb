using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.HttpApi.Requests;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Holds what is asked of media against the facts that were measured when it came: what can only fail is refused before any credits
/// are held. Facts that are not known are left to whoever does the work. Pure.
/// </summary>
internal static class InputMedia
{
    /// <summary>Seconds; anything shorter may hold no frame at all.</summary>
    const double Shortest = 0.04;

    /// <summary>Seconds that two ways to say one time may differ by.</summary>
    const double Rounding = 0.001;

    /// <param name="input">Checked against the schema, defaults filled in.</param>
    /// <param name="assets">Those that were found, each with its place in the input.</param>
    /// <param name="faults">Takes what is wrong, under <c>input.…</c>.</param>
    public static void Check(CatalogModel model, JsonObject input, IReadOnlyList<GenerationAsset> assets, Faults faults)
    {
        if (model.MediaRules is not { } rules) return;
        foreach (var field in rules.SoundIn ?? [])
        {
            foreach (var silent in assets.Where(asset => asset.IsIn(field) && asset.HasAudio is false))
                faults.Add("input." + silent.Field, $"must have sound; this {KindOf(silent)} has none");
        }
        var longest = (double?)InputRules.Bound(model, "max_duration_seconds");
        if (rules.Cut is { } cut) CheckCut(cut, input, assets.FirstOrDefault(asset => asset.Field == cut.Of), longest, faults);
        if (rules.Join is { } join) CheckJoin(join, input, [.. assets.Where(asset => asset.IsIn(join.Of))], longest, faults);
    }

    static void CheckCut(CutRule rule, JsonObject input, GenerationAsset? video, double? longest, Faults faults)
    {
        string[] places = ["input." + rule.Start, "input." + rule.End, "input." + rule.Duration];
        if (places.Any(faults.Has)) return;
        var (start, end, duration) = (Seconds(input, rule.Start) ?? 0, Seconds(input, rule.End), Seconds(input, rule.Duration));
        if (end is { } until && duration is { } lasting && Math.Abs(start + lasting - until) > Rounding)
            faults.Add(places[2], $"must not be given beside {rule.End}, which says something else");
        else if (end - start < Shortest)
            faults.Add(places[1], Text($"must lie at least {Shortest} seconds after {rule.Start}, which is {start:0.###}"));
        if (video?.DurationSeconds is { } total && start > total - Shortest)
            faults.Add(places[0], Text($"must lie before the end of {rule.Of}, which is {total:0.###} seconds long"));
        else if (Length(start, end, duration, video?.DurationSeconds) is { } length && length > longest + Rounding)
            faults.Add(duration is null ? places[1] : places[2], Text($"must make a piece of at most {longest} seconds; this one would be {length:0.###}"));
    }

    /// <summary>How long the piece becomes; null when that can't be known.</summary>
    static double? Length(double start, double? end, double? duration, double? total) =>
        total is { } all ? Math.Min(end ?? start + (duration ?? all), all) - start : null;

    static void CheckJoin(JoinRule rule, JsonObject input, IReadOnlyList<GenerationAsset> parts, double? longest, Faults faults)
    {
        var place = "input." + rule.Of;
        if (faults.Has(place) || parts.Count == 0 || parts.Any(part => part.DurationSeconds is null)) return;
        // Neighbours share at most this, and never more than half of the shortest: less than this the result can't be.
        var overlap = Math.Min(Seconds(input, rule.Overlap) ?? 0, parts.Min(part => part.DurationSeconds!.Value) / 2);
        var least = parts.Sum(part => part.DurationSeconds!.Value) - (overlap * (parts.Count - 1));
        if (least > longest + 1) faults.Add(place, Text($"must make a video of at most {longest} seconds; these would make {least:0.#}"));
    }

    static string KindOf(GenerationAsset asset) => asset.MediaType.Split('/')[0] is "video" ? "video" : "file";

    static double? Seconds(JsonObject input, string name) => input[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? (double)value : null;

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
