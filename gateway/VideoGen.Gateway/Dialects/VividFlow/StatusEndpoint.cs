using VideoGen.Gateway.Dialects.Native;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.VividFlow;

/// <summary><c>GET /status/{job_id}</c>: PROCESSING until an end, then COMPLETED or FAILED.</summary>
internal static class StatusEndpoint
{
    public static async Task<IResult> HandleAsync(string jobId, NativeApi native, CancellationToken ct)
    {
        if (ShownId.Read(jobId) is not { } id) return ErrorRow.JobNotFound();
        var job = await native.Jobs.GetAsync(id, ct);
        if (job.Succeeded) return DialectJson.Answer(ShapeOf(job.Value));
        return job.RefusalOr(ErrorRow.JobNotFound());
    }

    /// <summary>A cancelled job is FAILED: the document knows no other end without a video.</summary>
    public static string StatusOf(JobView job) => job.Status switch
    {
        JobStatus.Completed => "COMPLETED",
        JobStatus.Failed or JobStatus.Cancelled => "FAILED",
        _ => "PROCESSING",
    };

    /// <summary>The video, or the main file of a job that made something else; null until there is one.</summary>
    public static string? VideoUrlOf(JobView job) =>
        job.Output?.Assets.OrderBy(asset => asset.Kind == "video" ? 0 : 1).FirstOrDefault()?.Url;

    static object ShapeOf(JobView job) => StatusOf(job) switch
    {
        "COMPLETED" => new { job_id = job.Id, status = "COMPLETED", video_url = VideoUrlOf(job) },
        "FAILED" => new { job_id = job.Id, status = "FAILED", error = ErrorOf(job) },
        _ => new { job_id = job.Id, status = "PROCESSING" },
    };

    static string ErrorOf(JobView job) =>
        job.Status == JobStatus.Cancelled ? "Job was cancelled." : job.Error?.Message ?? "Video generation returned no results.";
}
