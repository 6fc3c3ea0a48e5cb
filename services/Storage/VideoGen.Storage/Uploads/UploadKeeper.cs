using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Media;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Uploads;

/// <summary>
/// Makes an asset of a file that was found good, uploaded or imported: its objects first, then its row.
/// <para>
/// It does not listen to the client, which may leave now and gets its asset all the same, so that nothing is half done. But a store that
/// hangs must not hold the request, its file and its place for ever: the whole has a deadline of its own,
/// <see cref="StorageOptions.KeepTimeout"/>. Past it there is no row, and what was put is taken out again or left to retention.
/// </para>
/// </summary>
internal sealed class UploadKeeper(Intake intake, IOptions<StorageOptions> options, TimeProvider time)
{
    /// <param name="world">Whose it is.</param>
    /// <param name="name">As customers see it, clean.</param>
    /// <param name="retentionDays">What the account's plan says; null for ever.</param>
    /// <exception cref="ObjectStoreException">The store does not do what it should, or not in time.</exception>
    public async Task<AssetRow> KeepAsync(PreparedFile file, World world, string name, int? retentionDays, UnitOfWork unit)
    {
        using var deadline = new CancellationTokenSource(options.Value.KeepTimeout, time);
        try
        {
            var kept = await intake.KeepAsync(file, deadline.Token);
            CrashPoint.Hit("upload-kept");
            await unit.BeginAsync(deadline.Token);
            var row = AssetRow.OfUpload(world, name, file.Facts, file.Received.Sha256, kept);
            var asset = await AssetStore.InsertAsync(unit, row, retentionDays, deadline.Token);
            await unit.CommitAsync(deadline.Token);
            return asset;
        }
        catch (OperationCanceledException late) when (deadline.IsCancellationRequested)
        {
            throw new ObjectStoreException($"The file was not kept within {options.Value.KeepTimeout.TotalSeconds:0.#} s.", late);
        }
    }
}
