using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Mcp;

/// <summary>What there is and what it costs; nothing here spends anything.</summary>
[McpServerToolType]
internal sealed class ModelTools(McpModelsClient models, McpJobsClient jobs)
{
    static readonly string[] Shown = ["slug", "name", "kind", "description", "price", "expected_seconds"];

    [McpServerTool(Name = "list_models", Title = "List the models", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("The models that take jobs, each with what it makes, its price in credits and the seconds that it usually takes.")]
    public Task<CallToolResult> ListAsync(
        CancellationToken ct, [Description("Only models that make this: video, image, audio or text.")] string? kind = null) =>
        McpAnswer.TryAsync(async () =>
        {
            using var response = await models.ListAsync(kind, ct);
            var (page, refusal) = await McpAnswer.ReadAsync<JsonObject>(response, ct);
            return refusal ?? McpAnswer.Of(new JsonArray([.. page!["data"]!.AsArray().OfType<JsonObject>().Select(Briefly)]));
        }, ct);

    [McpServerTool(Name = "show_model", Title = "Show a model", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("One model with the JSON Schema of its input, which quote and generate take.")]
    public Task<CallToolResult> ShowAsync([Description("Its slug in list_models.")] string model, CancellationToken ct) =>
        McpAnswer.TryAsync(async () =>
        {
            using var response = await models.ShowAsync(model, ct);
            var (shown, refusal) = await McpAnswer.ReadAsync<JsonObject>(response, ct);
            return refusal ?? McpAnswer.Of(shown!);
        }, ct);

    [McpServerTool(Name = "quote", Title = "Ask for the price", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("The most that a job would cost in credits, and how many seconds such jobs take. Nothing is made.")]
    public Task<CallToolResult> QuoteAsync(
        [Description("The model's slug.")] string model,
        [Description("The model's input, after its JSON Schema.")] Dictionary<string, JsonElement> input, CancellationToken ct) =>
        McpAnswer.TryAsync(async () =>
        {
            using var response = await jobs.QuoteAsync(model, JsonSerializer.SerializeToElement(input), ct);
            var (quote, refusal) = await McpAnswer.ReadAsync<QuoteView>(response, ct);
            return refusal ?? McpAnswer.Of(quote!);
        }, ct);

    static JsonObject Briefly(JsonObject model)
    {
        var brief = new JsonObject();
        foreach (var name in Shown) brief[name] = model[name]?.DeepClone();
        brief["health"] = model["health"]?["status"]?.DeepClone();
        return brief;
    }
}
