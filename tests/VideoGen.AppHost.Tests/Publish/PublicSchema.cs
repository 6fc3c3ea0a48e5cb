using System.Text.Json;
using Json.Schema;

namespace VideoGen.AppHost.Tests.Publish;

/// <summary>Aspire's public schema of manifests, as published (https://json.schemastore.org/aspire-8.0.json).</summary>
internal static class PublicSchema
{
    internal static async Task<IReadOnlyList<string>> FaultsOfAsync(string manifest)
    {
        var published = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Publish", "aspire-8.0.schema.json"));
        var schema = JsonSchema.Build(JsonElement.Parse(published), new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        var result = schema.Evaluate(JsonElement.Parse(manifest), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? [] : [.. (result.Details ?? []).Where(part => part.Errors is not null).Select(part => $"{part.InstanceLocation}: {string.Join("; ", part.Errors!.Values)}")];
    }
}
