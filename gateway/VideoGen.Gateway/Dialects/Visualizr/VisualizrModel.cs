using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>A model in Visualizr's shapes: facts of the catalogue, and figures of the jobs that ran. What the catalogue does not say is null.</summary>
internal static class VisualizrModel
{
    /// <summary>Item of <c>GET /models</c>.</summary>
    public static JsonObject SummaryOf(string name, CatalogModel model, RunFigures runs) => new()
    {
        ["id"] = name,
        ["name"] = model.Name,
        ["description"] = model.Description,
        ["type"] = Fact(model, "type"),
        ["max_resolution"] = Resolution(model, "max"),
        ["max_duration_seconds"] = Fact(model, "max_duration_seconds"),
        ["supported_formats"] = Fact(model, "formats"),
        ["gpu_memory_required_gb"] = Fact(model, "gpu_memory_gb"),
        // Before any has run, what the catalogue expects.
        ["average_generation_time_seconds"] = AverageOf(runs) ?? model.ExpectedSeconds,
    };

    /// <summary>Answer of <c>GET /models/{model_id}</c>.</summary>
    public static JsonObject DetailsOf(string name, CatalogModel model, RunFigures runs) => new()
    {
        ["id"] = name,
        ["name"] = model.Name,
        ["description"] = model.Description,
        ["version"] = Fact(model, "version"),
        ["type"] = Fact(model, "type"),
        ["capabilities"] = CapabilitiesOf(model),
        ["requirements"] = new JsonObject
        {
            ["gpu_memory_gb"] = Fact(model, "gpu_memory_gb"),
            ["vram_usage_gb"] = Fact(model, "vram_usage_gb"),
            ["estimated_load_time_seconds"] = Fact(model, "load_seconds"),
        },
        ["parameters"] = ParametersOf(model.InputSchema),
        ["performance"] = new JsonObject
        {
            ["average_generation_time_seconds"] = AverageOf(runs),
            ["success_rate_percent"] = SuccessRateOf(runs),
            ["total_generations"] = runs.Completed + runs.Failed,
        },
    };

    static JsonObject CapabilitiesOf(CatalogModel model) => new()
    {
        ["max_resolution"] = Resolution(model, "max"),
        ["min_resolution"] = Resolution(model, "min"),
        ["max_duration_seconds"] = Fact(model, "max_duration_seconds"),
        ["min_duration_seconds"] = Fact(model, "min_duration_seconds"),
        ["max_fps"] = Fact(model, "max_fps") ?? Fact(model, "fps"),
        ["min_fps"] = Fact(model, "min_fps") ?? Fact(model, "fps"),
        ["supported_formats"] = Fact(model, "formats"),
        ["supports_negative_prompt"] = Fact(model, "negative_prompt") ?? false,
        ["supports_style_transfer"] = Fact(model, "style") ?? false,
    };

    /// <summary>Every input that is a number between two bounds.</summary>
    static JsonObject ParametersOf(JsonElement schema)
    {
        var shape = new JsonObject();
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            if (!property.Value.TryGetProperty("minimum", out var least) || !property.Value.TryGetProperty("maximum", out var most)) continue;
            shape[property.Name] = new JsonObject
            {
                ["min"] = Node(least),
                ["max"] = Node(most),
                ["default"] = property.Value.TryGetProperty("default", out var value) ? Node(value) : null,
                ["description"] = property.Value.TryGetProperty("description", out var text) ? text.GetString() : null,
            };
        }
        return shape;
    }

    static long? AverageOf(RunFigures runs) => runs.AverageSeconds is { } seconds ? (long)Math.Round(seconds) : null;

    /// <summary>Of those that came to an end by themselves.</summary>
    static double? SuccessRateOf(RunFigures runs) =>
        runs.Completed + runs.Failed is var ended and > 0 ? Math.Round(100.0 * runs.Completed / ended, 1) : null;

    static string? Resolution(CatalogModel model, string end) =>
        Fact(model, end + "_width") is { } width && Fact(model, end + "_height") is { } height ? $"{width}x{height}" : null;

    static JsonNode? Fact(CatalogModel model, string name) => model.Capabilities.TryGetProperty(name, out var value) ? Node(value) : null;

    static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
