using VideoGen.Durability;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>
/// Deletes folders that no render knows: of renders that another replica has expired, and of ones that were deleted by hand.
/// Each process looks after its own folder, at start and every hour.
/// </summary>
internal sealed class RenderFolderRetention(RenderStore store, WorkFolder folder, TimeProvider time) : IRecurringWork
{
    public const string Name = "render-folder-retention";

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var some in folder.UntouchedSince(time.GetUtcNow() - Interval).Chunk(500))
        {
            var known = await store.KnownAsync(some, ct);
            foreach (var orphan in some.Where(reference => !known.Contains(reference))) folder.Remove(orphan);
        }
    }
}
