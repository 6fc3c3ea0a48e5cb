using Microsoft.Extensions.Options;
using VideoGen.Durability;

namespace VideoGen.Jobs.Webhooks;

/// <summary>Once an hour: deliveries that ended long ago go, in small batches.</summary>
internal sealed class DeliveryRetention(UnitOfWork work, IOptions<WebhookOptions> options, TimeProvider time) : IRecurringWork
{
    public const string Name = "delivery-retention";

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    const int BatchRows = 1000;

    public async Task RunAsync(CancellationToken ct)
    {
        var kept = TimeSpan.FromDays(options.Value.RetentionDays);
        var createdBefore = Guid.CreateVersion7(time.GetUtcNow() - kept);
        int deleted;
        do
        {
            await work.BeginAsync(ct);
            deleted = await DeliveryStore.PruneAsync(work, kept, createdBefore, BatchRows, ct);
            await work.CommitAsync(ct);
        }
        while (deleted == BatchRows);
    }
}
