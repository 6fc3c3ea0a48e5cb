using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Retention;

/// <summary>
/// Clears what nobody needs: objects and unfinished uploads that no row names, assets that have outlived their retention. Guarantee:
/// nothing that belongs to nobody stays longer than the grace time and one interval; nothing that belongs to somebody is touched.
/// <para>
/// An object is put before its row is written, so a young object without a row is normal; an old one is not. The grace time is
/// far longer than the moment between the two.
/// </para>
/// </summary>
internal sealed partial class AssetRetention(
    IObjectStore objects, AssetStore assets, RemoveAssets remove, UnitOfWork work, IOptions<StorageOptions> options,
    ILogger<AssetRetention> log) : IRecurringWork
{
    public const string Name = "asset-retention";

    const int Batch = 500;

    StorageOptions Options => options.Value;

    public async Task RunAsync(CancellationToken ct)
    {
        var unfinished = await objects.RemoveUnfinishedAsync(Options.OrphanGrace, ct);
        var orphans = await RemoveOrphansAsync(ct);
        var outlived = await RemoveBatchesAsync(AssetStore.DeleteExpiredAsync, ct)
            + await RemoveOutlivedAsync(AssetRow.Upload, Options.Retention.Uploads, ct)
            + await RemoveOutlivedAsync(AssetRow.Job, Options.Retention.Outputs, ct);
        if (unfinished + orphans + outlived > 0) Log.Cleared(log, unfinished, orphans, outlived);
    }

    async Task<int> RemoveOrphansAsync(CancellationToken ct)
    {
        var removed = 0;
        var old = new List<ObjectKey>(Batch);
        await foreach (var found in objects.ListAsync(ct))
        {
            if (DateTimeOffset.UtcNow - found.WrittenAt < Options.OrphanGrace) continue;
            old.Add(found.Key);
            if (old.Count < Batch) continue;
            removed += await RemoveUnnamedAsync(old, ct);
            old.Clear();
        }
        return removed + await RemoveUnnamedAsync(old, ct);
    }

    async Task<int> RemoveUnnamedAsync(List<ObjectKey> keys, CancellationToken ct)
    {
        if (keys.Count == 0) return 0;
        var orphans = await assets.OrphansAsync(keys, ct);
        foreach (var key in orphans) await objects.DeleteAsync(key, ct);
        return orphans.Count;
    }

    Task<int> RemoveOutlivedAsync(string origin, TimeSpan? retention, CancellationToken ct) => retention is { } age
        ? RemoveBatchesAsync((unit, limit, stop) => AssetStore.DeleteOutlivedAsync(unit, origin, age, limit, stop), ct)
        : Task.FromResult(0);

    /// <summary>Deletes rows in batches, each in a transaction with the work of removing its objects, until a batch is not full.</summary>
    async Task<int> RemoveBatchesAsync(Func<UnitOfWork, int, CancellationToken, Task<List<AssetRow>>> delete, CancellationToken ct)
    {
        var total = 0;
        while (true)
        {
            await work.BeginAsync(ct);
            var removed = await delete(work, Batch, ct);
            await remove.ScheduleAsync(work, removed, ct);
            await work.CommitAsync(ct);
            total += removed.Count;
            if (removed.Count < Batch) return total;
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Cleared: {Unfinished} unfinished puts, {Orphans} objects without a row, {Outlived} old assets")]
        public static partial void Cleared(ILogger log, int unfinished, int orphans, int outlived);
    }
}
