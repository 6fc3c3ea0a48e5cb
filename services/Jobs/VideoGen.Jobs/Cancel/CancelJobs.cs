using MassTransit;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Contracts.Commands;
using VideoGen.Jobs.Read;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts.Commands;

namespace VideoGen.Jobs.Cancel;

/// <summary><c>POST /v1/jobs/{id}/cancel</c> and <c>DELETE /v1/jobs/{id}</c>.</summary>
internal sealed class CancelJobs(CancelStore store, ReadStore reads, UnitOfWork work, IPublishEndpoint bus, JobViews views, TimeProvider time)
{
    public async Task<IResult> CancelAsync(Guid id, Caller caller, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var changed = await store.CancelAsync(work, caller.Sees, id, ct);
        if (changed is not null) await bus.Publish(new CancelJob(id, changed.AccountId), ct);
        await work.CommitAsync(ct);

        return (changed ?? await reads.FindAsync(caller.Sees, id, ct)) switch
        {
            null => Problems.Of(ErrorCodes.NotFound),
            { Status: JobStatus.Cancelled } cancelled => Results.Json(views.Of(cancelled, time.GetUtcNow())),
            { HasEnded: true } ended => Problems.Of(ErrorCodes.JobNotCancellable, $"The job has already {ended.Status}.",
                facts: new Dictionary<string, object?> { ["status_of_job"] = ended.Status }),
            var cancelling => Results.Json(views.Of(cancelling, time.GetUtcNow()), statusCode: StatusCodes.Status202Accepted),
        };
    }

    /// <param name="keepFiles">Whether what a completed job made stays among the account's files.</param>
    public async Task<IResult> DeleteAsync(Guid id, bool keepFiles, Caller caller, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        if (await store.DeleteAsync(work, caller.Sees, id, ct) is not { } gone)
        {
            await work.RollbackAsync();
            return Problems.Of(ErrorCodes.NotFound);
        }
        // A job that completes in spite of the cancel is discarded by its saga, which sees that it is deleted.
        if (!gone.HasEnded) await bus.Publish(new CancelJob(id, gone.AccountId), ct);
        else if (gone.Status == JobStatus.Completed && !keepFiles) await bus.Publish(new DiscardOutputs(id, gone.AccountId), ct);
        await work.CommitAsync(ct);
        return Results.NoContent();
    }
}
