using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;
using VideoGen.Vsl;

namespace VideoGen.Gateway.Dialects.Vsl;

/// <summary>A job in VSL's shape. Members that do not apply yet, or not to this kind of end or output, are left out.</summary>
internal static class VslJob
{
    /// <summary>A job that is being cancelled still runs: it may yet complete.</summary>
    public static string StatusOf(JobView job) => job.Status switch
    {
        JobStatus.Queued => "pending",
        JobStatus.Completed => "completed",
        JobStatus.Failed => "failed",
        JobStatus.Cancelled => "cancelled",
        _ => "processing",
    };

    /// <summary>Opaque, and never the vendor's: at submit nobody has been asked yet, and a job may go from one vendor to the next.</summary>
    public static string ReplicateIdOf(Guid id) => id.ToString("N");

    /// <summary>US dollars: what the catalogue says one output costs, times their number; null for a model without a figure.</summary>
    public static decimal? CostOf(CatalogModel model, JsonElement input) =>
        model.Capabilities.ValueKind == JsonValueKind.Object && model.Capabilities.TryGetProperty("cost_usd", out var cost) && cost.TryGetDecimal(out var one)
            ? one * OutputsOf(model, input) : null;

    /// <param name="modelId">VSL's name of the model.</param>
    /// <param name="accountId">Stands for the user of a job that was made without one.</param>
    public static JsonObject ShapeOf(JobView job, string modelId, Guid accountId)
    {
        var user = VslUser.Of(job, accountId);
        var shape = new JsonObject
        {
            ["jobId"] = job.Id,
            ["status"] = StatusOf(job),
            ["mediaType"] = job.Kind,
            ["modelId"] = modelId,
            ["userId"] = user,
            ["createdAt"] = DialectJson.Time(job.CreatedAt),
        };
        if (job.EndedAt is { } ended && JobStatus.Ends.Contains(job.Status))
        {
            shape["completedAt"] = DialectJson.Time(ended);
            if (job.Status == JobStatus.Completed) shape["processingTime"] = ended.ToUnixTimeSeconds() - job.CreatedAt.ToUnixTimeSeconds();
        }
        if (job.Status == JobStatus.Completed) shape["result"] = JsonSerializer.SerializeToNode(VslResult.Of(job, user), DialectJson.Options);
        if (job.Status == JobStatus.Failed) shape["error"] = job.Error?.Message ?? "The job failed.";
        return shape;
    }

    /// <summary>As many as the price counts, where it counts outputs.</summary>
    static long OutputsOf(CatalogModel model, JsonElement input) =>
        model.Price.Quantity is { Per: 1, Field: var field } && input.ValueKind == JsonValueKind.Object && input.TryGetProperty(field, out var number)
        && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var outputs) ? outputs : 1;
}
