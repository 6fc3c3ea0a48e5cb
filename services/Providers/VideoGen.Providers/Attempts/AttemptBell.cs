using VideoGen.Durability;

namespace VideoGen.Providers.Attempts;

/// <summary>Where a vendor's callback ends up: it only wakes the worker, which then asks the vendor itself.</summary>
internal sealed class AttemptBell(DueWork dueWork)
{
    /// <summary>Has the attempt's generation looked at now. An attempt that is not known is ignored.</summary>
    public async Task RingAsync(UnitOfWork work, Guid attemptId, CancellationToken ct)
    {
        if (await GenerationStore.JobOfAsync(work, attemptId, ct) is { } jobId)
            await dueWork.ScheduleAsync(work, GenerationWorker.Kind, jobId, TimeSpan.Zero, ct: ct);
    }
}
