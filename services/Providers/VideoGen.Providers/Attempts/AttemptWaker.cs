using VideoGen.Durability;

namespace VideoGen.Providers.Attempts;

/// <summary>Wakes an attempt's worker, which then asks the vendor itself how the work stands.</summary>
internal sealed class AttemptWaker(DueWork dueWork)
{
    /// <summary>Has the attempt's generation looked at now.</summary>
    /// <returns>False for an attempt that is not known.</returns>
    public async Task<bool> WakeAsync(UnitOfWork work, Guid attemptId, CancellationToken ct)
    {
        if (await GenerationStore.JobOfAsync(work, attemptId, ct) is not { } jobId) return false;
        await dueWork.ScheduleAsync(work, GenerationWorker.Kind, jobId, TimeSpan.Zero, ct: ct);
        return true;
    }
}
