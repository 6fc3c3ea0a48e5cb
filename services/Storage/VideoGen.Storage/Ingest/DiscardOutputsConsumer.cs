using MassTransit;
using VideoGen.Durability;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Contracts.Commands;

namespace VideoGen.Storage.Ingest;

/// <summary>Removes what a job has stored and sees to it that an ingest still under way stores nothing more.</summary>
internal sealed class DiscardOutputsConsumer(UnitOfWork work, RemoveAssets remove, DueWork dueWork)
    : IConsumer<DiscardOutputs>
{
    public async Task Consume(ConsumeContext<DiscardOutputs> context)
    {
        var (order, ct) = (context.Message, context.CancellationToken);
        await IngestStore.DiscardAsync(work, order.JobId, order.AccountId, ct);
        await dueWork.CancelAsync(work, IngestWork.Kind, order.JobId, ct);
        await remove.ScheduleAsync(work, await AssetStore.DeleteOfJobAsync(work, World.Both(order.AccountId), order.JobId, ct), ct);
    }
}
