using MassTransit;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Read;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Storage.Contracts.Events;

namespace VideoGen.Jobs.Saga;

/// <summary>
/// The words the state machine is written in. Each changes the job's row, its feed and its outgoing messages in the
/// transaction of the message at hand; none calls anybody.
/// </summary>
internal static class JobBehaviours
{
    extension<T>(EventActivityBinder<JobSaga, T> on) where T : class
    {
        /// <summary>Waits for a slot, until the queue's limit in time.</summary>
        public EventActivityBinder<JobSaga, T> Wait() => on.ThenAsync(async context =>
            context.Saga.Deadline = await Steps(context).QueueDeadlineAsync(context.Saga.CorrelationId, context.CancellationToken));

        /// <summary>Has a slot: asks Providers to make it, by the model's deadline from now.</summary>
        public EventActivityBinder<JobSaga, T> StartGeneration() => on.ThenAsync(async context =>
            context.Saga.Deadline = await Steps(context).StartAsync(context.Saga.CorrelationId, context, context.CancellationToken));

        /// <summary>Asks Providers to stop, and gives them a while to say what became of it.</summary>
        public EventActivityBinder<JobSaga, T> CancelGeneration() => on.ThenAsync(async context =>
            context.Saga.Deadline = await Steps(context).CancelAsync(context.Saga.CorrelationId, context, context.CancellationToken));

        /// <summary>The job ends now; what the vendor may still be doing for it should stop.</summary>
        public EventActivityBinder<JobSaga, T> StopGeneration() => on.ThenAsync(context =>
            context.Publish(new CancelGeneration(context.Saga.CorrelationId, "The job has ended."), context.CancellationToken));

        /// <summary>What Storage keeps or is about to keep for this job may go.</summary>
        public EventActivityBinder<JobSaga, T> DiscardOutputs() => on.ThenAsync(context =>
            Steps(context).DiscardAsync(context.Saga.CorrelationId, context, context.CancellationToken));

        /// <summary>Its price is captured, or will be: the job has completed.</summary>
        public EventActivityBinder<JobSaga, T> EndCompleted() => on.ThenAsync(context =>
            Steps(context).CompleteAsync(context.Saga, context, context.CancellationToken));

        public EventActivityBinder<JobSaga, T> EndCancelled() =>
            on.End(JobStatus.Cancelled, _ => (ErrorCodes.Cancelled.Code, "The job was cancelled."));

        public EventActivityBinder<JobSaga, T> EndWithoutHold() =>
            on.End(JobStatus.Failed, _ => (ErrorCodes.InsufficientCredits.Code, "The credits set aside for this job were no longer available."));

        public EventActivityBinder<JobSaga, T> EndOverdue() =>
            on.End(JobStatus.Failed, _ => (ErrorCodes.DeadlineExceeded.Code, "The job did not end in time."));

        EventActivityBinder<JobSaga, T> End(string status, Func<T, (string Code, string Message)> reason) => on.ThenAsync(context =>
        {
            var (code, message) = reason(context.Message);
            return Steps(context).EndAsync(context.Saga.CorrelationId, status, code, message, context, context.CancellationToken);
        });
    }

    extension(EventActivityBinder<JobSaga, GenerationStarted> on)
    {
        /// <summary>A vendor has accepted it (or, after a failover, the next vendor has).</summary>
        public EventActivityBinder<JobSaga, GenerationStarted> NoteAttempt() => on.ThenAsync(context =>
            NoteAsync(context, context.Message.AttemptId, context.Message.Number, context.Message.Provider, context.Message.Chosen));
    }

    extension(EventActivityBinder<JobSaga, GenerationProgressed> on)
    {
        public EventActivityBinder<JobSaga, GenerationProgressed> NoteProgress() => on.ThenAsync(context =>
        {
            context.Saga.ProgressSequence = context.Message.Sequence;
            return Steps(context).ProgressAsync(context.Message, context.CancellationToken);
        });
    }

    extension(EventActivityBinder<JobSaga, GenerationSucceeded> on)
    {
        /// <summary>It was accepted and made at once: first it is running, as every other job was.</summary>
        public EventActivityBinder<JobSaga, GenerationSucceeded> NoteAttempt() => on.ThenAsync(context =>
            NoteAsync(context, context.Message.AttemptId, context.Message.Number, context.Message.Provider, context.Message.Chosen));

        /// <summary>The vendor is done: Storage fetches the files, in the first round or with fresh links in the next.</summary>
        public EventActivityBinder<JobSaga, GenerationSucceeded> IngestOutputs() => on.ThenAsync(context =>
        {
            var (saga, message) = (context.Saga, context.Message);
            saga.AttemptId = message.AttemptId;
            saga.AwaitsFreshLinks = false;
            saga.IngestRound = Math.Max(1, saga.IngestRound);
            return Steps(context).StoringAsync(message, saga.IngestRound, context, context.CancellationToken);
        });

        /// <summary>A text needs no storing: its price is due.</summary>
        public EventActivityBinder<JobSaga, GenerationSucceeded> SettleText() => on.ThenAsync(context => Steps(context).SettleAsync(
            context.Saga, new StoredOutput([], context.Message.Text), context.Message.Provider, context, context.CancellationToken));

        public EventActivityBinder<JobSaga, GenerationSucceeded> EndWithoutOutput() =>
            on.End(JobStatus.Failed, _ => (ErrorCodes.OutputUnusable.Code, "The provider reported success but delivered nothing."));

        public EventActivityBinder<JobSaga, GenerationSucceeded> NoteLateSuccess() => on.ThenAsync(context =>
            Steps(context).LateSuccessAsync(context.Message, context.CancellationToken));
    }

    extension(EventActivityBinder<JobSaga, GenerationFailed> on)
    {
        public EventActivityBinder<JobSaga, GenerationFailed> EndFailed() => on.End(JobStatus.Failed, failed => (failed.Code, failed.Message));
    }

    extension(EventActivityBinder<JobSaga, GenerationCancelled> on)
    {
        /// <summary>Nobody here asked for that.</summary>
        public EventActivityBinder<JobSaga, GenerationCancelled> EndStopped() =>
            on.End(JobStatus.Failed, _ => (ErrorCodes.ProviderFailed.Code, "The provider cancelled the generation."));
    }

    extension(EventActivityBinder<JobSaga, OutputsIngested> on)
    {
        /// <summary>The bytes are ours: the job's price is due.</summary>
        public EventActivityBinder<JobSaga, OutputsIngested> SettleFiles() => on.ThenAsync(context => Steps(context).SettleAsync(
            context.Saga, new StoredOutput(context.Message.Assets, Text: null), provider: null, context, context.CancellationToken));
    }

    extension(EventActivityBinder<JobSaga, IngestFailed> on)
    {
        /// <summary>Asks for fresh links to the same outputs; the next success begins the next round.</summary>
        public EventActivityBinder<JobSaga, IngestFailed> RenewOutputs() => on.ThenAsync(context =>
        {
            var saga = context.Saga;
            saga.IngestRound++;
            saga.AwaitsFreshLinks = true;
            return context.Publish(new RenewOutputs(saga.CorrelationId, context.Message.AttemptId), context.CancellationToken);
        });

        public EventActivityBinder<JobSaga, IngestFailed> EndNotStored() => on.End(JobStatus.Failed, failed => failed.LinkExpired
            ? (ErrorCodes.OutputUnusable.Code, "The provider's links to the output did not work.")
            : (failed.Code, failed.Message));
    }

    static Task NoteAsync(BehaviorContext<JobSaga> context, Guid attemptId, int number, string provider, string? chosen)
    {
        var saga = context.Saga;
        (saga.AttemptId, saga.AttemptNumber, saga.ProgressSequence) = (attemptId, number, 0);
        return Steps(context).RunningAsync(saga.CorrelationId, attemptId, provider, chosen, context.CancellationToken);
    }

    static JobSteps Steps(SagaConsumeContext<JobSaga> context) => context.GetPayload<IServiceProvider>().GetRequiredService<JobSteps>();
}
