using VideoGen.Durability;

namespace VideoGen.Accounts.Limits;

/// <summary>Deletes uses that no window remembers, every few minutes.</summary>
internal sealed class LimitRetention(LimitStore limits) : IRecurringWork
{
    public const string Name = "limit-retention";

    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    const int Batch = 5000;

    public async Task RunAsync(CancellationToken ct)
    {
        while (await limits.PruneAsync(Batch, ct) == Batch) ct.ThrowIfCancellationRequested();
    }
}
