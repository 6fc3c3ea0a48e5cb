using VideoGen.Durability;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>Deletes a render and its files when they have been kept long enough; one that still runs is looked at again later.</summary>
internal sealed class RenderRetention(RenderStore store, WorkFolder folder) : IDueWorkHandler
{
    static readonly TimeSpan Later = TimeSpan.FromHours(1);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        if (await store.FindAsync(item.Id, ct) is not { } row) return DueWorkResult.Done;
        var stalled = RenderTimeline.NeverDelivers(row.Order.Script) && row.Now > row.Order.Deadline;
        if (stalled) await store.CancelAsync(row.Id, ct);
        else if (row.State is RenderState.Queued or RenderState.Running) return DueWorkResult.Again(Later);
        folder.Remove(row.Order.ClientReference);
        await store.DeleteAsync(row.Id, ct);
        return DueWorkResult.Done;
    }
}
