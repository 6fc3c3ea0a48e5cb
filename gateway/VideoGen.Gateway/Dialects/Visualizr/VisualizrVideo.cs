using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>A completed job that made a video, as one of the account's videos.</summary>
internal static class VisualizrVideo
{
    static readonly string[] ShownApart = ["prompt", "motion_prompt", "negative_prompt"];

    public static bool IsVideo(JobView job) => job.Status == JobStatus.Completed && VisualizrJob.MainFileOf(job)?.Kind == "video";

    /// <summary>Item of <c>GET /assets/videos</c>.</summary>
    public static JsonObject SummaryOf(JobView job, string model)
    {
        var file = VisualizrJob.MainFileOf(job);
        return new JsonObject
        {
            ["id"] = VisualizrId.OfVideo(job.Id),
            ["url"] = VisualizrFile.ContentLinkOf(job.Id, file),
            ["thumbnail_url"] = VisualizrFile.ThumbnailLinkOf(job.Id, file),
            ["prompt"] = PromptOf(job),
            ["model"] = model,
            ["metadata"] = new JsonObject
            {
                ["duration_seconds"] = file?.DurationSeconds,
                ["resolution"] = file is null ? null : VisualizrJob.ResolutionOf(file),
                ["fps"] = file?.Fps,
                ["file_size_bytes"] = file?.SizeBytes,
            },
            ["created_at"] = CreatedAtOf(job),
        };
    }

    /// <summary>Answer of <c>GET /assets/videos/{video_id}</c>.</summary>
    public static JsonObject DetailsOf(JobView job, string model)
    {
        var file = VisualizrJob.MainFileOf(job)!;
        var metadata = VisualizrJob.MetadataOf(file)!;
        metadata["bitrate_kbps"] = file.BitrateKbps;
        return new JsonObject
        {
            ["id"] = VisualizrId.OfVideo(job.Id),
            ["url"] = VisualizrFile.ContentLinkOf(job.Id, file),
            ["thumbnail_url"] = VisualizrFile.ThumbnailLinkOf(job.Id, file),
            ["preview_gif_url"] = VisualizrFile.PreviewLinkOf(job.Id, file),
            ["prompt"] = PromptOf(job),
            ["negative_prompt"] = job.TextInput("negative_prompt") ?? "",
            ["model"] = model,
            ["parameters"] = ParametersOf(job),
            ["metadata"] = metadata,
            ["generation_info"] = new JsonObject
            {
                ["request_id"] = VisualizrId.OfRequest(job),
                ["processing_time_seconds"] = VisualizrJob.ProcessingSecondsOf(job),
                // Nobody measures it by job.
                ["gpu_memory_used_gb"] = null,
            },
            ["created_at"] = CreatedAtOf(job),
        };
    }

    /// <summary>Empty for a job without a text prompt.</summary>
    static string PromptOf(JobView job) => job.TextInput("prompt") ?? job.TextInput("motion_prompt") ?? "";

    /// <summary>The video is as old as its end; the request is older.</summary>
    static string CreatedAtOf(JobView job) => DialectJson.Time(job.EndedAt ?? job.CreatedAt);

    /// <summary>All inputs, defaults included, but the prompts.</summary>
    static JsonObject ParametersOf(JobView job)
    {
        var shape = new JsonObject();
        if (job.Input.ValueKind != JsonValueKind.Object) return shape;
        foreach (var input in job.Input.EnumerateObject())
            if (!ShownApart.Contains(input.Name, StringComparer.Ordinal)) shape[input.Name] = JsonNode.Parse(input.Value.GetRawText());
        return shape;
    }
}
