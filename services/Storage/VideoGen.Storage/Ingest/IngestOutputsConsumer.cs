using System.Text.Json;
using MassTransit;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.Storage.Contracts.Commands;
using VideoGen.Storage.Contracts.Events;

namespace VideoGen.Storage.Ingest;

/// <summary>Notes what is to be fetched and schedules the fetching; both in the transaction of the message.</summary>
internal sealed class IngestOutputsConsumer(UnitOfWork work, DueWork dueWork) : IConsumer<IngestOutputs>
{
    public async Task Consume(ConsumeContext<IngestOutputs> context)
    {
        var (order, ct) = (context.Message, context.CancellationToken);
        if (await IngestStore.TryBeginAsync(work, order, ct))
        {
            await dueWork.ScheduleAsync(work, IngestWork.Kind, order.JobId, TimeSpan.Zero, ct: ct);
            return;
        }

        var known = (await IngestStore.LockAsync(work, order.JobId, ct))!;
        switch (Decide(known, order))
        {
            case IngestDecision.Begin:
                await IngestStore.RenewAsync(work, order, ct);
                await dueWork.ScheduleAsync(work, IngestWork.Kind, order.JobId, TimeSpan.Zero, ct: ct);
                break;
            case IngestDecision.AnswerAgain when known.State == "done":
                await context.Publish(known.Answer!.Deserialize<OutputsIngested>(ApiJson.Options)!, ct);
                break;
            case IngestDecision.AnswerAgain:
                await context.Publish(known.Answer!.Deserialize<IngestFailed>(ApiJson.Options)!, ct);
                break;
            case IngestDecision.Ignore:
                break;
        }
    }

    /// <summary>
    /// A job is ingested once: a repeated command gets the answer again. A later round replaces one that has failed or is still trying. What was
    /// discarded stays away.
    /// </summary>
    internal static IngestDecision Decide(IngestRow known, IngestOutputs order) => known switch
    {
        { State: "discarded" } => IngestDecision.Ignore,
        { State: "done" } => IngestDecision.AnswerAgain,
        _ when order.Round > known.Round => IngestDecision.Begin,
        { State: "failed" } when order.Round == known.Round => IngestDecision.AnswerAgain,
        _ => IngestDecision.Ignore,
    };
}

internal enum IngestDecision
{
    Begin,
    AnswerAgain,
    Ignore,
}
