using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Vydra;

/// <summary>
/// <c>DELETE /jobs/{jobId}</c>. Natively a cancel is a wish whose end comes a moment later; Vydra's clients expect the refund in the
/// answer, so the end is waited for, briefly.
/// </summary>
internal static class CancelEndpoint
{
    const int WaitSeconds = 5;

    public static async Task<IResult> HandleAsync(string jobId, NativeApi native, CancellationToken ct)
    {
        if (VydraJob.ReadId(jobId) is not { } id) return VydraErrors.JobNotFound();
        var cancelled = await native.Jobs.CancelAsync(id, ct);
        if (!cancelled.Succeeded) return Shown(cancelled.Refusal);
        if (cancelled.Value.WasCancelled) return Answer(cancelled.Value.Job, alreadyRefunded: true);

        var ended = await native.Jobs.GetAsync(id, ct, WaitSeconds);
        if (!ended.Succeeded) return Shown(ended.Refusal);
        return ended.Value.Status is JobStatus.Completed or JobStatus.Failed
            ? VydraErrors.JobEnded(ended.Value.Status)
            : Answer(ended.Value, alreadyRefunded: false);
    }

    static ProblemAnswer Shown(ProblemAnswer refusal) => refusal.Problem.Code == ErrorCodes.NotFound.Code ? VydraErrors.JobNotFound() : refusal;

    static IResult Answer(JobView job, bool alreadyRefunded) => DialectJson.Answer(new
    {
        success = true,
        message = job.Status == JobStatus.Cancelled ? "Job cancelled" : "Job is being cancelled",
        refund = new { creditsRefunded = VydraJob.RefundOf(job), alreadyRefunded },
    });
}
