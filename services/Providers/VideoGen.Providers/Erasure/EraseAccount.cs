using MassTransit;
using VideoGen.Durability;
using VideoGen.Jobs.Contracts.Events;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Erasure;

/// <summary>No job of the closed account lives any more: the work of erasing what its generations were made from is due.</summary>
internal sealed class EraseGenerationsConsumer(UnitOfWork work, DueWork dueWork) : IConsumer<AccountErased>
{
    public Task Consume(ConsumeContext<AccountErased> context) =>
        dueWork.ScheduleAsync(work, EraseAccount.Kind, context.Message.AccountId, TimeSpan.Zero, ct: context.CancellationToken);
}

/// <summary>
/// Empties the generations of a closed account and their attempts: prompts, files, results, and what vendors said of them. What was
/// rendered on this machine goes now and not when its time has come; so do the files that vendors answered with. A generation that a vendor has not let go of yet is waited
/// for; what has ended is emptied before that, and all once more after it.
/// <para>A crash leaves some of it erased; the work comes due again and begins anew.</para>
/// </summary>
internal sealed partial class EraseAccount(UnitOfWork work, ErasureStore store, DueWork dueWork, WorkFolder folder,
    ILogger<EraseAccount> log) : IDueWorkHandler
{
    public const string Kind = "erase-account";

    static readonly TimeSpan UntilTheyEnd = TimeSpan.FromSeconds(30);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var lives = await store.LivesAsync(work, item.Id, ct);
        await work.CommitAsync(ct);
        if (!lives || item.Attempts == 1) await EmptyAsync(item.Id, ct);
        if (lives) return DueWorkResult.Again(UntilTheyEnd);

        await work.BeginAsync(ct);
        await store.DeleteLettersAsync(work, item.Id, ct);
        await work.CommitAsync(ct);
        Log.Erased(log, item.Id);
        return DueWorkResult.Done;
    }

    async Task EmptyAsync(Guid accountId, CancellationToken ct)
    {
        for (Guid? last = Guid.Empty; last is not null;)
        {
            await work.BeginAsync(ct);
            var batch = await store.EmptyAsync(work, accountId, last.Value, ct);
            var renders = batch.Renders.Select(id => (id, (object?)null)).ToList();
            await dueWork.ScheduleManyAsync(work, LocalRenders.RetentionKind, renders, TimeSpan.Zero, ct);
            await work.CommitAsync(ct);
            foreach (var attempt in batch.AtVendors) folder.Remove(attempt);
            last = batch.Last;
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The generations of account {AccountId} are emptied: it was deleted by its owner")]
        public static partial void Erased(ILogger log, Guid accountId);
    }
}
