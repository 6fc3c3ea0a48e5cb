using VideoGen.Durability;

namespace VideoGen.Jobs.Saga;

/// <summary>
/// Forgets the sagas of jobs that ended more than eight days ago: longer than the inbox remembers messages. Until then the ended
/// saga absorbs whatever arrives late; after it the job's row still does.
/// </summary>
internal sealed class SagaPruning(UnitOfWork work, JobStore jobs) : IDueWorkHandler
{
    public const string Kind = "jobs-saga-pruning";

    const int Batch = 1000;

    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var pruned = await jobs.PruneSagasAsync(work, Batch, ct);
        await work.CommitAsync(ct);
        return DueWorkResult.Again(pruned == Batch ? TimeSpan.Zero : Interval);
    }
}
