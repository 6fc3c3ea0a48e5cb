using MassTransit;
using VideoGen.Durability;
using VideoGen.Jobs.Contracts.Commands;
using VideoGen.Jobs.Contracts.Events;

namespace VideoGen.Jobs.Erasure;

/// <summary>
/// Erases what Jobs keeps of a closed account.
/// <para>
/// Guarantee: when <see cref="AccountErased"/> is published, no job of the account lives, and nothing that it sent or was given is here: no
/// prompt, file, result, event, webhook or key of a request. What stays of a job says which model ran when, and what it cost.
/// </para>
/// <para>
/// Protocol: 1. Stop what lives, and look again until nothing does. 2. Erase in batches, each a transaction of its own. 3. In one
/// transaction note that it is done and publish it. 4. An hour after the first time once more, for what came late: a vendor's word, the
/// record of a delivery. Whatever has it run before that does not take the place of that run.
/// </para>
/// What may go wrong: a crash leaves some batches erased; the work comes due again and begins anew.
/// </summary>
internal sealed partial class EraseAccount(UnitOfWork work, ErasureStore store, IPublishEndpoint bus, ILogger<EraseAccount> log)
    : IDueWorkHandler
{
    public const string Kind = "erase-account";

    static readonly TimeSpan UntilTheyEnd = TimeSpan.FromSeconds(2);
    static readonly TimeSpan UntilLateOnesCame = TimeSpan.FromHours(1);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        if (await StopAsync(item.Id, ct)) return DueWorkResult.Again(UntilTheyEnd);
        await EraseAsync(item.Id, ct);

        await work.BeginAsync(ct);
        var since = await store.NoteErasedAsync(work, item.Id, ct);
        await bus.Publish(new AccountErased(item.Id), ct);
        if (since < UntilLateOnesCame) await item.AgainAsync(work, UntilLateOnesCame - since, ct);
        else await item.CompleteAsync(work, ct);
        await work.CommitAsync(ct);
        if (since == TimeSpan.Zero) Log.Erased(log, item.Id);
        return DueWorkResult.Handled;
    }

    /// <summary>True while a job lives.</summary>
    async Task<bool> StopAsync(Guid accountId, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        foreach (var job in await store.CancelAsync(work, accountId, ct)) await bus.Publish(new CancelJob(job, accountId), ct);
        var lives = await store.LivesAsync(work, accountId, ct);
        await work.CommitAsync(ct);
        return lives;
    }

    async Task EraseAsync(Guid accountId, CancellationToken ct)
    {
        foreach (var sql in ErasureStore.Deletes)
            while (await DeleteAsync(sql, accountId, ct)) ct.ThrowIfCancellationRequested();
        for (Guid? last = Guid.Empty; last is not null;)
        {
            await work.BeginAsync(ct);
            last = await store.BlankJobsAsync(work, accountId, last.Value, ct);
            await work.CommitAsync(ct);
        }
    }

    /// <summary>True when there may be more.</summary>
    async Task<bool> DeleteAsync(string sql, Guid accountId, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var isFull = await store.DeleteAsync(work, sql, accountId, ct);
        await work.CommitAsync(ct);
        return isFull;
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "What account {AccountId} left is erased: it was deleted by its owner")]
        public static partial void Erased(ILogger log, Guid accountId);
    }
}
