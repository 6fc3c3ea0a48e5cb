using VideoGen.Durability;

namespace VideoGen.Jobs.Submit;

/// <summary>Forgets idempotency keys after 30 days, a little at a time.</summary>
internal sealed class IdempotencyRetention(IdempotencyStore store) : IRecurringWork
{
    public const string Name = "idempotency-retention";

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    const int Batch = 1000;

    public async Task RunAsync(CancellationToken ct)
    {
        while (await store.PruneAsync(Batch, ct) == Batch) ct.ThrowIfCancellationRequested();
    }
}
