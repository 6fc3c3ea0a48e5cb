using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Sweep;

/// <summary>
/// Clears what nobody needs: files in the making that a crash left, objects that no row names, assets that have outlived their
/// retention. Guarantee: nothing that belongs to nobody stays longer than the grace time and one interval; nothing that belongs
/// to somebody is touched.
/// <para>
/// An object is put before its row is written, so a young object without a row is normal; an old one is not. The grace time is
/// far longer than the moment between the two.
/// </para>
/// </summary>
internal sealed partial class SweepWork(
    IObjectStore objects, WorkFolder folder, AssetStore assets, RemoveAssets remove, UnitOfWork work, IOptions<StorageOptions> options, ILogger<SweepWork> log)
    : IDueWorkHandler
{
    public const string Kind = "sweep";

    /// <summary>There is one sweep in the whole system, whatever number of processes run.</summary>
    public static readonly Guid Id = Guid.Parse("5ee90000-0000-7000-8000-000000000001");

    const int Batch = 500;

    StorageOptions Options => options.Value;

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        var files = folder.RemoveOlderThan(Options.OrphanGrace) + await objects.RemoveUnfinishedAsync(Options.OrphanGrace, ct);
        var orphans = await RemoveOrphansAsync(ct);
        var outlived = await RemoveOutlivedAsync(AssetRow.Upload, Options.Retention.Uploads, ct) + await RemoveOutlivedAsync(AssetRow.Job, Options.Retention.Outputs, ct);
        if (files + orphans + outlived > 0) Log.Swept(log, files, orphans, outlived);
        return DueWorkResult.Again(Options.SweepInterval);
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

    async Task<int> RemoveOutlivedAsync(string origin, TimeSpan? retention, CancellationToken ct)
    {
        if (retention is not { } age) return 0;
        var total = 0;
        while (true)
        {
            await work.BeginAsync(ct);
            var removed = await AssetStore.DeleteOutlivedAsync(work, origin, age, Batch, ct);
            await remove.ScheduleAsync(work, removed, ct);
            await work.CommitAsync(ct);
            total += removed.Count;
            if (removed.Count < Batch) return total;
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Swept: {Files} unfinished files, {Orphans} objects without a row, {Outlived} assets past their retention")]
        public static partial void Swept(ILogger log, int files, int orphans, int outlived);
    }
}
