using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary><c>GET /video-jobs/{jobId}/download</c>: to the video itself, by a link that works for an hour and needs no credential.</summary>
internal static class DownloadEndpoint
{
    const int LinkSeconds = 3600;

    public static async Task<IResult> HandleAsync(string jobId, NativeApi native, HttpResponse response, CancellationToken ct)
    {
        if (ShownId.Read(jobId) is not { } id) return ErrorRow.JobNotFound();
        var job = await native.Jobs.GetAsync(id, ct, linkSeconds: LinkSeconds);
        if (!job.Succeeded) return job.RefusalOr(ErrorRow.JobNotFound());
        if (AiStudioJob.LinkOf(job.Value) is not { } link) return Problems.Of(ErrorCodes.JobNotFinished, WhyNot(job.Value));
        response.Headers.CacheControl = "no-store";
        return Results.Redirect(link);
    }

    static string WhyNot(JobView job) => job.Status switch
    {
        JobStatus.Completed => "Job has no video",
        JobStatus.Failed or JobStatus.Cancelled => AiStudioJob.MessageOf(job),
        _ => "Video not ready yet",
    };
}
