using VideoGen.Durability;

namespace VideoGen.Jobs.Saga;

/// <summary>
/// Forgets the sagas of jobs that ended more than eight days ago: longer than the inbox remembers messages. Until then the ended
/// saga absorbs whatever arrives late; after it the job's row still does.
/// </summary>
internal sealed class SagaRetention(UnitOfWork work, JobStore jobs) : IRecurringWork
{
    public const string Name = "saga-retention";

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    const int Batch = 1000;

    public async Task RunAsync(CancellationToken ct)
    {
        while (await PruneAsync(ct) == Batch) ct.ThrowIfCancellationRequested();
    }

    async Task<int> PruneAsync(CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var pruned = await jobs.PruneSagasAsync(work, Batch, ct);
        await work.CommitAsync(ct);
        return pruned;
    }
}
