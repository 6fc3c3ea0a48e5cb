using MassTransit;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Durability;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Clears up after submits whose process is gone and whose clients did not come back: frees their keys and their credits.
/// </summary>
internal sealed partial class AbandonedSubmits(UnitOfWork work, IdempotencyStore keys, IPublishEndpoint bus, ILogger<AbandonedSubmits> log)
    : IRecurringWork
{
    public const string Name = "abandoned-submits";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Why the hold ends, in the account's ledger.</summary>
    public const string Reason = "submit_abandoned";

    const int Batch = 200;

    public async Task RunAsync(CancellationToken ct)
    {
        while (await RemoveAsync(ct) == Batch) ct.ThrowIfCancellationRequested();
    }

    async Task<int> RemoveAsync(CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var abandoned = await keys.RemoveAbandonedAsync(work, Batch, ct);
        foreach (var (jobId, accountId) in abandoned) await bus.Publish(new ReleaseCredits(jobId, accountId, Reason), ct);
        await work.CommitAsync(ct);
        if (abandoned.Count > 0) Log.Removed(log, abandoned.Count);
        return abandoned.Count;
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} submits of processes that are gone were cleared up")]
        public static partial void Removed(ILogger log, int count);
    }
}
