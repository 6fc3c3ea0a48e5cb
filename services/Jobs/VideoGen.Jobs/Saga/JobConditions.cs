using MassTransit;
using VideoGen.Jobs.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Storage.Contracts.Events;

namespace VideoGen.Jobs.Saga;

/// <summary>The questions that the state machine asks of a saga and a message; pure.</summary>
internal static class JobConditions
{
    /// <summary>Links of a finished generation are renewed, and its files fetched again, at most this often.</summary>
    public const int MaxRenewals = 3;

    /// <summary>False for a deadline that has moved since the message was written.</summary>
    public static bool IsInForce(BehaviorContext<JobSaga, EndOverdueJob> context) =>
        context.Saga.Deadline is not { } deadline || context.Message.Deadline >= deadline;

    /// <summary>Nothing is left to be paid.</summary>
    public static bool IsPaid<T>(BehaviorContext<JobSaga, T> context) where T : class => context.Saga.Output is null;

    public static bool IsNewerAttempt(BehaviorContext<JobSaga, GenerationStarted> context) => context.Message.Number > context.Saga.AttemptNumber;

    /// <summary>Of an attempt whose start no message told, because its vendor answered with the result.</summary>
    public static bool IsNewerAttempt(BehaviorContext<JobSaga, GenerationSucceeded> context) => context.Message.Number > context.Saga.AttemptNumber;

    /// <summary>Progress of the present attempt that is newer than what was taken last.</summary>
    public static bool IsNews(BehaviorContext<JobSaga, GenerationProgressed> context) =>
        context.Message.AttemptId == context.Saga.AttemptId && context.Message.Sequence > context.Saga.ProgressSequence;

    /// <summary>Its generation has ended in another way: nothing of it is delivered, even where the word of that end comes later.</summary>
    public static bool IsLate(BehaviorContext<JobSaga, GenerationSucceeded> context) => context.Message.IsLate;

    public static bool IsText(BehaviorContext<JobSaga, GenerationSucceeded> context) =>
        context.Message is { Outputs.Count: 0, Text: not null };

    public static bool HasFiles(BehaviorContext<JobSaga, GenerationSucceeded> context) => context.Message.Outputs.Count > 0;

    /// <summary>False for the failure of a round that a renewal has replaced.</summary>
    public static bool IsThisRound(BehaviorContext<JobSaga, IngestFailed> context) =>
        !context.Saga.AwaitsFreshLinks && context.Message.Round == context.Saga.IngestRound;

    /// <summary>Fresh links help against dead ones and are as good a second try as any when storing failed; a useless file stays useless.</summary>
    public static bool MayRenew(BehaviorContext<JobSaga, IngestFailed> context) =>
        context.Saga.IngestRound <= MaxRenewals
        && (context.Message.LinkExpired || context.Message.Code == HttpApi.Errors.ErrorCodes.StorageFailed.Code);

    public static bool AwaitsFreshLinks(BehaviorContext<JobSaga, GenerationSucceeded> context) =>
        context.Saga.AwaitsFreshLinks && !context.Message.IsLate;

    public static bool AwaitsFreshLinks(BehaviorContext<JobSaga, GenerationFailed> context) => context.Saga.AwaitsFreshLinks;
}
