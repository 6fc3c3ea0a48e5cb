using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>A job in Visualizr's shapes, whoever made it and whatever it makes. Members that do not apply yet, or not to this end, are left out.</summary>
internal static class VisualizrJob
{
    public const string Processing = "processing";

    /// <summary>A job that waits is processing, and so is one that is being cancelled: it may yet complete.</summary>
    public static string StatusOf(JobView job) => job.Status switch
    {
        JobStatus.Completed => "completed",
        JobStatus.Failed => "failed",
        JobStatus.Cancelled => "cancelled",
        _ => Processing,
    };

    /// <summary>One of queued, model_loading, frame_generation, encoding and storing.</summary>
    public static string StepOf(JobView job) => job.Status switch
    {
        JobStatus.Queued => "queued",
        JobStatus.Storing => "storing",
        _ => job.Progress.Step switch
        {
            "queued" => "model_loading",
            "done" => "storing",
            var step => step,
        },
    };

    /// <summary>What such jobs usually take, less the part that is done; at least a second until the end.</summary>
    public static int? RemainingSecondsOf(JobView job) =>
        job.ExpectedSeconds is { } expected ? (int)Math.Max(1, Math.Ceiling(expected * (100 - job.Progress.Percent) / 100.0)) : null;

    /// <summary>Answer of <c>GET /generate/status/{request_id}</c>.</summary>
    public static JsonObject StatusShapeOf(JobView job)
    {
        var status = StatusOf(job);
        var shape = new JsonObject { ["request_id"] = VisualizrId.OfRequest(job), ["status"] = status };
        if (status is Processing or "completed") shape["progress"] = job.Progress.Percent;
        if (status == Processing) AddProgress(shape, job);
        if (status == "completed") shape["result"] = ResultOf(job);
        if (status == "failed") shape["error"] = JsonSerializer.SerializeToNode(VisualizrErrors.ShapeOf(job.Error), DialectJson.Options);
        shape["created_at"] = DialectJson.Time(job.CreatedAt);
        if (status == Processing && job.StartedAt is { } started) shape["started_at"] = DialectJson.Time(started);
        if (job.EndedAt is { } ended) shape[$"{status}_at"] = DialectJson.Time(ended);
        if (status == "completed") shape["processing_time_seconds"] = ProcessingSecondsOf(job);
        return shape;
    }

    /// <summary>Member <c>result</c> of a completed request.</summary>
    public static JsonObject ResultOf(JobView job)
    {
        var main = MainFileOf(job);
        var shape = new JsonObject
        {
            ["video_url"] = VisualizrFile.ContentLinkOf(job.Id, main),
            ["thumbnail_url"] = VisualizrFile.ThumbnailLinkOf(job.Id, main),
            ["preview_gif_url"] = VisualizrFile.PreviewLinkOf(job.Id, main),
            ["metadata"] = MetadataOf(main),
        };
        if (job.Output?.Text is { } text) shape["text"] = text;
        return shape;
    }

    /// <summary>What the file itself says; null for a job whose result is no file.</summary>
    public static JsonObject? MetadataOf(JobAsset? file) => file is null ? null : new JsonObject
    {
        ["duration_seconds"] = file.DurationSeconds,
        ["fps"] = file.Fps,
        ["resolution"] = ResolutionOf(file),
        ["file_size_bytes"] = file.SizeBytes,
        ["format"] = VisualizrFile.FormatOf(file),
        ["codec"] = file.Codec,
    };

    public static string? ResolutionOf(JobAsset file) => file is { Width: { } width, Height: { } height } ? $"{width}x{height}" : null;

    /// <summary>The video, or the main file of a job that made something else.</summary>
    public static JobAsset? MainFileOf(JobView job) => job.Output?.Assets.OrderBy(asset => asset.Kind == "video" ? 0 : 1).FirstOrDefault();

    /// <summary>From the request to the end, as the two times in the answer show it.</summary>
    public static long ProcessingSecondsOf(JobView job) => job.EndedAt is { } ended ? ended.ToUnixTimeSeconds() - job.CreatedAt.ToUnixTimeSeconds() : 0;

    /// <summary>An input that is a text; null when there is none.</summary>
    public static string? TextInput(this JobView job, string name) =>
        job.Input.ValueKind == JsonValueKind.Object && job.Input.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    static void AddProgress(JsonObject shape, JobView job)
    {
        shape["current_step"] = StepOf(job);
        if (job.QueuePosition is { } position) shape["queue_position"] = position;
        if (RemainingSecondsOf(job) is { } seconds) shape["estimated_remaining_seconds"] = seconds;
    }
}
