using VideoGen.Gateway.Dialects.Native;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary><c>DELETE /generate/{request_id}</c>: cancels, and waits a moment for the end, which the document has in its answer.</summary>
internal static class CancelEndpoint
{
    public static async Task<IResult> HandleAsync(string requestId, NativeApi native, CancellationToken ct)
    {
        if (VisualizrId.ReadRequest(requestId) is not { } id) return VisualizrErrors.RequestNotFound();
        var cancelled = await native.Jobs.CancelAndWaitAsync(id, ct);
        if (!cancelled.Succeeded) return cancelled.RefusalOr(VisualizrErrors.RequestNotFound());
        var job = cancelled.Value.Job;
        if (job.Status is JobStatus.Completed or JobStatus.Failed) return VisualizrErrors.AlreadyEnded(job.Status);

        var hasEnded = job.Status == JobStatus.Cancelled;
        return DialectJson.Answer(new
        {
            request_id = VisualizrId.OfRequest(job),
            status = VisualizrJob.StatusOf(job),
            cancelled_at = hasEnded && job.EndedAt is { } ended ? DialectJson.Time(ended) : null,
            message = hasEnded ? "Generation request cancelled successfully" : "Generation request is being cancelled",
        }, hasEnded ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }
}
