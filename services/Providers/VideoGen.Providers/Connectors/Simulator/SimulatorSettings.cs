using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>
/// What a route's settings say about a model beyond fixed values, so that no model is known in code.
/// <para>
/// <c>by</c>: settings that follow from the value of an input, for example <c>"by": {"aspect_ratio": {"1:1": {"width": 720, "height": 720}}}</c>.
/// <c>caption</c>: a text in which <c>{name}</c> stands for an input's value.
/// </para>
/// </summary>
internal static partial class SimulatorSettings
{
    const string By = "by";
    const string Caption = "caption";

    /// <summary>The input with its dependent settings in place.</summary>
    public static JsonElement Apply(JsonElement input)
    {
        if (!input.TryGetProperty(By, out _) && !input.TryGetProperty(Caption, out _)) return input;
        var applied = JsonObject.Create(input)!;
        foreach (var (name, values) in Members(input))
        {
            if (ValueOf(input, name) is not { } value || !values.TryGetProperty(value, out var settings) || settings.ValueKind != JsonValueKind.Object) continue;
            foreach (var setting in settings.EnumerateObject()) applied[setting.Name] = JsonNode.Parse(setting.Value.GetRawText());
        }

        if (input.TryGetProperty(Caption, out var caption) && caption.ValueKind == JsonValueKind.String)
            applied[Caption] = Placeholder().Replace(caption.GetString()!, match => ValueOf(input, match.Groups[1].Value) ?? "");
        return JsonSerializer.SerializeToElement(applied);
    }

    /// <summary>The settings once for every value of every input they depend on, so that each can be checked.</summary>
    public static IEnumerable<JsonElement> Variants(JsonElement settings)
    {
        yield return settings;
        foreach (var (name, values) in Members(settings))
        {
            foreach (var value in values.EnumerateObject())
            {
                var variant = JsonObject.Create(settings)!;
                variant[name] = value.Name;
                yield return JsonSerializer.SerializeToElement(variant);
            }
        }
    }

    static IEnumerable<(string Name, JsonElement Values)> Members(JsonElement input)
    {
        if (!input.TryGetProperty(By, out var by) || by.ValueKind != JsonValueKind.Object) yield break;
        foreach (var member in by.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object) yield return (member.Name, member.Value);
        }
    }

    static string? ValueOf(JsonElement input, string name) => input.TryGetProperty(name, out var value) ? value.ToString() : null;

    [GeneratedRegex(@"\{([A-Za-z_]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
