using VideoGen.Gateway.Dialects.Native;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Vydra;

/// <summary><c>DELETE /jobs/{jobId}</c>: Vydra's clients expect the refund in the answer.</summary>
internal static class CancelEndpoint
{
    public static async Task<IResult> HandleAsync(string jobId, NativeApi native, CancellationToken ct)
    {
        if (VydraJob.ReadId(jobId) is not { } id) return ErrorRow.JobNotFound();
        var cancelled = await native.Jobs.CancelAndWaitAsync(id, ct);
        if (!cancelled.Succeeded) return cancelled.RefusalOr(ErrorRow.JobNotFound());
        var (job, wasCancelled) = cancelled.Value;
        return job.Status is JobStatus.Completed or JobStatus.Failed ? VydraErrors.JobEnded(job.Status) : Answer(job, alreadyRefunded: wasCancelled);
    }

    static IResult Answer(JobView job, bool alreadyRefunded) => DialectJson.Answer(new
    {
        success = true,
        message = job.Status == JobStatus.Cancelled ? "Job cancelled" : "Job is being cancelled",
        refund = new { creditsRefunded = VydraJob.RefundOf(job), alreadyRefunded },
    });
}
