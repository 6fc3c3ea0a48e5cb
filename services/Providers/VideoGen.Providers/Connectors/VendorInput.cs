using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors;

/// <summary>Puts a job's input into a vendor's words, by the route's <c>inputs</c> and <c>settings</c>.</summary>
internal static class VendorInput
{
    public static JsonElement Rename(JsonElement input, IReadOnlyDictionary<string, string>? names)
    {
        if (names is not { Count: > 0 }) return input;
        var renamed = new JsonObject();
        foreach (var member in input.EnumerateObject())
            renamed[names.GetValueOrDefault(member.Name, member.Name)] = JsonNode.Parse(member.Value.GetRawText());
        return JsonSerializer.SerializeToElement(renamed);
    }

    /// <summary>The assets with their fields renamed in the same way: <c>videos[1]</c> becomes <c>clips[1]</c>.</summary>
    public static IReadOnlyList<GenerationAsset> Rename(IReadOnlyList<GenerationAsset> assets, IReadOnlyDictionary<string, string>? names)
    {
        if (names is not { Count: > 0 }) return assets;
        return [.. assets.Select(asset => asset with { Field = RenameField(asset.Field, names) })];
    }

    /// <summary>The input laid over the route's settings: what the input says counts.</summary>
    public static JsonElement Overlay(JsonElement settings, JsonElement input)
    {
        var merged = new JsonObject();
        foreach (var member in settings.EnumerateObject().Concat(input.EnumerateObject()))
            merged[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        return JsonSerializer.SerializeToElement(merged);
    }

    static string RenameField(string field, IReadOnlyDictionary<string, string> names)
    {
        var bracket = field.IndexOf('[', StringComparison.Ordinal);
        var name = bracket < 0 ? field : field[..bracket];
        return names.GetValueOrDefault(name, name) + (bracket < 0 ? "" : field[bracket..]);
    }
}
