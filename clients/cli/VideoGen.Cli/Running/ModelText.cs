using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Running;

/// <summary>A model's facts in words.</summary>
internal static class ModelText
{
    public static string Price(JsonObject model)
    {
        if (model["price"] is not JsonObject price) return "";
        var minimum = price.NumberAt("minimum") is > 0 and { } least ? $", at least {least}" : "";
        return $"{price["credits"]} a {price["unit"]}{minimum}";
    }

    public static void Show(JsonObject model, Terminal terminal)
    {
        var idle = model.FlagAt("active") == false ? ", takes no jobs" : "";
        terminal.Line($"{model["name"]} ({model["slug"]}), {model["kind"]} of {model["vendor"]}{idle}");
        terminal.Text($"{model["description"]}");
        terminal.Line();
        terminal.Line($"Price: {Price(model)} credits");
        foreach (var factor in model.ObjectsAt("price", "factors"))
        {
            var percents = (factor["percent"] as JsonObject ?? []).Select(one => $"{one.Key} {one.Value} %");
            terminal.Line($"  by {factor["field"]}: {string.Join(", ", percents)}");
        }
        terminal.Line($"Usually takes {model["expected_seconds"]} s; {model.At("health", "status")}");
        terminal.Line();
        var required = (model.At("input_schema", "required") as JsonArray ?? []).Select(one => $"{one}").ToHashSet(StringComparer.Ordinal);
        var table = new Table("INPUT", "TYPE", "NEEDED", "DEFAULT", "MEANING");
        foreach (var (name, schema) in model.At("input_schema", "properties") as JsonObject ?? [])
        {
            if (schema is not JsonObject field) continue;
            var needed = required.Contains(name) ? "yes" : "";
            table.Row(name, TypeOf(field), needed, field["default"]?.ToJsonString() ?? "", $"{field["description"]}");
        }
        table.Print(terminal);
        terminal.Line();
        terminal.Line($"Make one: videogen run {model["slug"]} prompt='A lighthouse at dawn' --out .");
    }

    static string TypeOf(JsonObject field)
    {
        if (field["enum"] is JsonArray words) return string.Join(" | ", words.Select(word => $"{word}"));
        var type = InputValues.TypesOf(field) is { Count: > 0 } types ? string.Join(" | ", types) : "any";
        if (field.TextAt("format") == "asset") type = "file";
        if (field["items"] is JsonObject items) type = $"list of {TypeOf(items)}";
        var (least, most) = (field["minimum"], field["maximum"]);
        return least is null && most is null ? type : $"{type} {least}…{most}";
    }
}
