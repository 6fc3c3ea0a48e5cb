using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.Vsl;

/// <summary>A job in VSL's shape. Members that do not apply yet, or not to this kind of end or output, are left out.</summary>
internal static class VslJob
{
    /// <summary>The key of the end user in a job's metadata.</summary>
    public const string UserIdKey = "user_id";

    /// <summary>A job that is being cancelled still runs: it may yet complete.</summary>
    public static string StatusOf(JobView job) => job.Status switch
    {
        JobStatus.Queued => "pending",
        JobStatus.Completed => "completed",
        JobStatus.Failed => "failed",
        JobStatus.Cancelled => "cancelled",
        _ => "processing",
    };

    /// <summary>Whose job it is; null for one that was made without an end user.</summary>
    public static string? UserOf(JobView job) => job.Metadata?.GetValueOrDefault(UserIdKey) is { Length: > 0 } user ? user : null;

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
        var user = UserOf(job) ?? accountId.ToString();
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
        if (job.Status == JobStatus.Completed) shape["result"] = ResultOf(job, user);
        if (job.Status == JobStatus.Failed) shape["error"] = job.Error?.Message ?? "The job failed.";
        return shape;
    }

    /// <summary>The first file; all of them in <c>outputs</c> when there are several. A text model has <c>text</c>.</summary>
    static JsonObject ResultOf(JobView job, string user)
    {
        var assets = job.Output?.Assets ?? [];
        var result = assets is [var first, ..] ? FileOf(first, PathOf(job, first, user)) : [];
        if (job.Output?.Text is { } text) result["text"] = text;
        if (assets.Count > 1) result["outputs"] = new JsonArray([.. assets.Select(asset => FileOf(asset, path: null))]);
        return result;
    }

    static JsonObject FileOf(JobAsset asset, string? path)
    {
        var file = new JsonObject { ["originalUrl"] = asset.Url };
        if (asset.ThumbnailUrl is { } thumbnail) file["thumbnailUrl"] = thumbnail;
        if (path is not null) file["s3Path"] = path;
        file["fileSize"] = asset.SizeBytes;
        if (asset.DurationSeconds is { } seconds) file["duration"] = seconds;
        if (asset.Width is { } width) file["width"] = width;
        if (asset.Height is { } height) file["height"] = height;
        if (asset.Fps is { } fps) file["fps"] = fps;
        return file;
    }

    /// <summary>The folder as the document names it; a user's name can't leave its place in it.</summary>
    static string PathOf(JobView job, JobAsset asset, string user)
    {
        var day = job.CreatedAt.UtcDateTime.ToString("yyyy/MM/dd", CultureInfo.InvariantCulture);
        var folder = user.Trim('.').Length == 0 ? user.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(user);
        return $"{asset.Kind}s/{folder}/{day}/{job.Id}";
    }

    /// <summary>As many as the price counts, where it counts outputs.</summary>
    static long OutputsOf(CatalogModel model, JsonElement input) =>
        model.Price.Quantity is { Per: 1, Field: var field } && input.ValueKind == JsonValueKind.Object && input.TryGetProperty(field, out var number)
        && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var outputs) ? outputs : 1;
}
