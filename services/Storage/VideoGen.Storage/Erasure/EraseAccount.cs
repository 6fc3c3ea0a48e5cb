using MassTransit;
using VideoGen.Durability;
using VideoGen.Jobs.Contracts.Events;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Ingest;

namespace VideoGen.Storage.Erasure;

/// <summary>No job of the closed account lives any more, so nothing needs its files: the work of erasing them is due.</summary>
internal sealed class EraseFilesConsumer(UnitOfWork work, DueWork dueWork) : IConsumer<AccountErased>
{
    public async Task Consume(ConsumeContext<AccountErased> context)
    {
        await IngestStore.CloseAccountAsync(work, context.Message.AccountId, context.CancellationToken);
        await dueWork.ScheduleAsync(work, EraseAccount.Kind, context.Message.AccountId, TimeSpan.Zero, ct: context.CancellationToken);
    }
}

/// <summary>
/// Deletes every file of a closed account, uploads and results of both worlds, and what is kept of how they came. In batches, each in one
/// transaction with the work of removing its objects: a crash leaves some of them gone, and the rest for the next run. An upload that was
/// on its way meanwhile is kept with a time that is over, so that retention takes it; one that met the closing itself goes with the
/// second <see cref="AccountErased"/>, an hour later.
/// </summary>
internal sealed partial class EraseAccount(UnitOfWork work, RemoveAssets remove, DueWork dueWork, ILogger<EraseAccount> log)
    : IDueWorkHandler
{
    public const string Kind = "erase-account";

    const int Batch = 500;

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        while (await StopIngestsAsync(item.Id, ct) == Batch) ct.ThrowIfCancellationRequested();
        var (total, removed) = (0, Batch);
        while (removed == Batch)
        {
            removed = await RemoveBatchAsync(item.Id, ct);
            total += removed;
        }
        Log.Erased(log, item.Id, total);
        return DueWorkResult.Done;
    }

    async Task<int> StopIngestsAsync(Guid accountId, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var (count, stopped) = await IngestStore.DiscardOfAccountAsync(work, accountId, Batch, ct);
        foreach (var job in stopped) await dueWork.CancelAsync(work, IngestWork.Kind, job, ct);
        await IngestStore.DeleteLettersAsync(work, accountId, ct);
        await work.CommitAsync(ct);
        return count;
    }

    async Task<int> RemoveBatchAsync(Guid accountId, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var removed = await AssetStore.DeleteOfAccountAsync(work, accountId, Batch, ct);
        await remove.ScheduleAsync(work, removed, ct);
        await work.CommitAsync(ct);
        return removed.Count;
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Count} files of account {AccountId} are erased: it was deleted by its owner")]
        public static partial void Erased(ILogger log, Guid accountId, int count);
    }
}
