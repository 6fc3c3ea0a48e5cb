using Microsoft.Extensions.Options;
using VideoGen.Durability;

namespace VideoGen.Jobs.Webhooks;

/// <summary>Once an hour: deliveries that ended long ago go, in small batches.</summary>
internal sealed class WebhookUpkeep(UnitOfWork work, IOptions<WebhookOptions> options, TimeProvider time) : IDueWorkHandler
{
    public const string Kind = "webhook-upkeep";

    public static readonly Guid Id = new("5f65c1a0-0f5b-7c33-8a53-4e8f1f0b9d02");

    const int BatchRows = 1000;

    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
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
        return DueWorkResult.Again(Interval);
    }
}

/// <summary>Schedules the upkeep at start.</summary>
internal sealed class WebhookUpkeepWorker(IServiceScopeFactory scopes, DueWork dueWork) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(cancellationToken);
        await dueWork.ScheduleAsync(work, WebhookUpkeep.Kind, WebhookUpkeep.Id, TimeSpan.FromMinutes(1), ct: cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
