using VideoGen.Durability;

namespace VideoGen.Jobs.Submit;

/// <summary>Forgets idempotency keys after 30 days, a little at a time.</summary>
internal sealed class IdempotencyPruning(IdempotencyStore store) : IDueWorkHandler
{
    public const string Kind = "jobs-idempotency-pruning";

    const int Batch = 1000;

    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct) =>
        DueWorkResult.Again(await store.PruneAsync(Batch, ct) == Batch ? TimeSpan.Zero : Interval);
}
