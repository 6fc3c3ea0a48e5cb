using VideoGen.Durability;

namespace VideoGen.Accounts.Limits;

/// <summary>Deletes uses that no window remembers: every few minutes, at once again while there are many.</summary>
internal sealed class PruneLimits(LimitStore limits) : IDueWorkHandler
{
    public const string Kind = "prune-limits";

    const int BatchSize = 5000;

    static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct) =>
        DueWorkResult.Again(await limits.PruneAsync(BatchSize, ct) == BatchSize ? TimeSpan.Zero : Pause);
}
