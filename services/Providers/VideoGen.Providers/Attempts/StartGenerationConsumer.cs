using MassTransit;
using VideoGen.Durability;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;

namespace VideoGen.Providers.Attempts;

/// <summary>Takes a job's request down; the worker does the rest. One generation a job, however often it is asked for.</summary>
internal sealed class StartGenerationConsumer(UnitOfWork work, DueWork dueWork) : IConsumer<StartGeneration>
{
    public async Task Consume(ConsumeContext<StartGeneration> context)
    {
        if (await GenerationStore.InsertAsync(work, context.Message, context.CancellationToken))
            await dueWork.ScheduleAsync(work, GenerationWorker.Kind, context.Message.JobId, TimeSpan.Zero, ct: context.CancellationToken);
    }
}

/// <summary>Notes that a generation is to stop. One that has ended has said so already; one that is not known yet never starts.</summary>
internal sealed class CancelGenerationConsumer(UnitOfWork work, DueWork dueWork) : IConsumer<CancelGeneration>
{
    public async Task Consume(ConsumeContext<CancelGeneration> context)
    {
        var ct = context.CancellationToken;
        if (await GenerationStore.MarkCancelledAsync(work, context.Message, ct))
            await LookAsync();
        else if (await GenerationStore.InsertTombstoneAsync(work, context.Message, ct))
            await context.Publish(new GenerationCancelled(context.Message.JobId, AttemptId: null), ct);
        else if (await GenerationStore.MarkCancelledAsync(work, context.Message, ct))
            await LookAsync(); // The start was being committed: the first look could not see it yet, and the tombstone waited for it.

        Task LookAsync() => dueWork.ScheduleAsync(work, GenerationWorker.Kind, context.Message.JobId, TimeSpan.Zero, ct: ct);
    }
}

/// <summary>Has fresh links fetched for outputs whose old ones no longer work.</summary>
internal sealed class RenewOutputsConsumer(UnitOfWork work, DueWork dueWork) : IConsumer<RenewOutputs>
{
    public Task Consume(ConsumeContext<RenewOutputs> context) =>
        dueWork.ScheduleAsync(work, RenewOutputsWorker.Kind, context.Message.AttemptId, TimeSpan.Zero, ct: context.CancellationToken);
}
