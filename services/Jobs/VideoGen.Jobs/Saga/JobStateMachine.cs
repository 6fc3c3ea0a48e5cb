using MassTransit;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Jobs.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Storage.Contracts.Events;
using static VideoGen.Jobs.Saga.JobConditions;

namespace VideoGen.Jobs.Saga;

/// <summary>
/// A job's life after its submit: one saga a job, correlated by the job's id.
/// <para>
/// Guarantee: whatever arrives, however often and in whatever order, a job ends exactly once, as completed, failed or
/// cancelled; then its slot is free, its credits are captured or on their way back, and its end stands in the feed. All of that is
/// written in the transaction of the message that ended it. Whoever sees a completed job sees its price in the account: the
/// capture comes first.
/// </para>
/// <para>
/// Ends are absorbing. A success that comes after another end is noted for the operator and not charged. Every state says
/// what it does with every message, so that a message nobody thought of is a fault and not silence.
/// </para>
/// The drawing of this machine is <c>docs/state-machines/job.md</c>, written from this code.
/// </summary>
internal sealed class JobStateMachine : MassTransitStateMachine<JobSaga>
{
    public JobStateMachine()
    {
        InstanceState(saga => saga.CurrentState);
        Correlate();
        TakeCharge();
        DuringQueued();
        DuringStarting();
        DuringUnknown();
        DuringRunning();
        DuringStoring();
        DuringSettling();
        DuringCancelling();
        AfterTheEnd();
    }

    public State Queued { get; private set; } = null!;
    public State Starting { get; private set; } = null!;
    public State Unknown { get; private set; } = null!;
    public State Running { get; private set; } = null!;
    public State Storing { get; private set; } = null!;
    public State Settling { get; private set; } = null!;
    public State Cancelling { get; private set; } = null!;
    public State Completed { get; private set; } = null!;
    public State Failed { get; private set; } = null!;
    public State Cancelled { get; private set; } = null!;

    public Event<BeginJob> Begun { get; private set; } = null!;
    public Event<UseSlot> SlotTaken { get; private set; } = null!;
    public Event<CancelJob> CancelRequested { get; private set; } = null!;
    public Event<EndOverdueJob> DeadlinePassed { get; private set; } = null!;
    public Event<HoldLost> HoldLost { get; private set; } = null!;
    public Event<CreditsCaptured> Captured { get; private set; } = null!;
    public Event<GenerationStarted> Started { get; private set; } = null!;
    public Event<GenerationProgressed> Progressed { get; private set; } = null!;
    public Event<GenerationUnknown> LostTrack { get; private set; } = null!;
    public Event<GenerationSucceeded> Succeeded { get; private set; } = null!;
    public Event<GenerationFailed> GaveUp { get; private set; } = null!;
    public Event<GenerationCancelled> Stopped { get; private set; } = null!;
    public Event<OutputsIngested> Stored { get; private set; } = null!;
    public Event<IngestFailed> NotStored { get; private set; } = null!;

    void Correlate()
    {
        Event(() => Begun, e => e.CorrelateById(context => context.Message.JobId));
        Event(() => SlotTaken, e => e.CorrelateById(context => context.Message.JobId));
        Event(() => CancelRequested, e => e.CorrelateById(context => context.Message.JobId));
        Event(() => DeadlinePassed, e => e.CorrelateById(context => context.Message.JobId));
        Event(() => HoldLost, e => e.CorrelateById(context => context.Message.JobId));
        // These answer what the saga asked for: without a saga they belong to a job that ended long ago.
        Event(() => Captured, e =>
        {
            e.CorrelateById(context => context.Message.JobId);
            e.OnMissingInstance(missing => missing.Discard());
        });
        Event(() => Started, e => { e.CorrelateById(context => context.Message.JobId); e.OnMissingInstance(missing => missing.Discard()); });
        Event(() => Progressed, e => { e.CorrelateById(context => context.Message.JobId); e.OnMissingInstance(missing => missing.Discard()); });
        Event(() => LostTrack, e => { e.CorrelateById(context => context.Message.JobId); e.OnMissingInstance(missing => missing.Discard()); });
        Event(() => Succeeded, e => { e.CorrelateById(context => context.Message.JobId); e.OnMissingInstance(missing => missing.Discard()); });
        Event(() => GaveUp, e => { e.CorrelateById(context => context.Message.JobId); e.OnMissingInstance(missing => missing.Discard()); });
        Event(() => Stopped, e => { e.CorrelateById(context => context.Message.JobId); e.OnMissingInstance(missing => missing.Discard()); });
        Event(() => Stored, e => { e.CorrelateById(context => context.Message.JobId); e.OnMissingInstance(missing => missing.Discard()); });
        Event(() => NotStored, e => { e.CorrelateById(context => context.Message.JobId); e.OnMissingInstance(missing => missing.Discard()); });
    }

    /// <summary>
    /// A submit makes the saga with its job. Jobs of earlier releases come with a message, and others may overtake it: whichever comes first
    /// finds no saga and makes it.
    /// </summary>
    void TakeCharge() => Initially(
        When(Begun).IfElse(context => context.Message.HasSlot,
            slot => slot.StartGeneration().TransitionTo(Starting),
            wait => wait.Wait().TransitionTo(Queued)),
        When(SlotTaken).StartGeneration().TransitionTo(Starting),
        When(CancelRequested).EndCancelled().TransitionTo(Cancelled),
        When(HoldLost).EndWithoutHold().TransitionTo(Failed),
        When(DeadlinePassed).EndOverdue().TransitionTo(Failed));

    void DuringQueued() => During(Queued,
        When(SlotTaken).StartGeneration().TransitionTo(Starting),
        When(CancelRequested).EndCancelled().TransitionTo(Cancelled),
        When(HoldLost).EndWithoutHold().TransitionTo(Failed),
        When(DeadlinePassed).If(IsInForce, passed => passed.EndOverdue().TransitionTo(Failed)),
        // Nothing was started yet: what a provider or storage says is not about this job's present run.
        Ignore(Begun), Ignore(Started), Ignore(Progressed), Ignore(LostTrack), Ignore(Succeeded), Ignore(GaveUp), Ignore(Stopped), Ignore(Stored),
        Ignore(NotStored), Ignore(Captured));

    void DuringStarting()
    {
        TakeResult(Starting);
        During(Starting,
            When(Started).NoteAttempt().TransitionTo(Running),
            When(LostTrack).TransitionTo(Unknown),
            Ignore(Progressed)); // It overtook the start; the next one will be taken.
    }

    /// <summary>Nobody knows whether the vendor has the work. The connector is finding out; only its verdict moves the job.</summary>
    void DuringUnknown()
    {
        TakeResult(Unknown);
        During(Unknown,
            When(Started).NoteAttempt().TransitionTo(Running),
            Ignore(LostTrack),
            Ignore(Progressed));
    }

    void DuringRunning()
    {
        TakeResult(Running);
        During(Running,
            When(Started).If(IsNewerAttempt, newer => newer.NoteAttempt()),
            When(Progressed).If(IsNews, news => news.NoteProgress()),
            Ignore(LostTrack)); // Of the next attempt, or late: either way a verdict follows.
    }

    /// <summary>What ends the vendor's part, the same in every state in which the vendor may be at work.</summary>
    void TakeResult(State state) => During(state,
        When(Succeeded).IfElse(IsLate, late => late.NoteLateSuccess(),
            made => made.If(IsNewerAttempt, told => told.NoteAttempt()).IfElse(IsText,
                text => text.SettleText().IfElse(IsPaid, paid => paid.TransitionTo(Completed), due => due.TransitionTo(Settling)),
                files => files.IfElse(HasFiles,
                    some => some.IngestOutputs().TransitionTo(Storing),
                    none => none.EndWithoutOutput().TransitionTo(Failed)))),
        When(GaveUp).EndFailed().TransitionTo(Failed),
        When(Stopped).EndStopped().TransitionTo(Failed),
        When(CancelRequested).CancelGeneration().TransitionTo(Cancelling),
        When(HoldLost).StopGeneration().EndWithoutHold().TransitionTo(Failed),
        When(DeadlinePassed).If(IsInForce, passed => passed.StopGeneration().EndOverdue().TransitionTo(Failed)),
        Ignore(Begun), Ignore(SlotTaken), Ignore(Stored), Ignore(NotStored), Ignore(Captured));

    void DuringStoring() => During(Storing,
        When(Stored).SettleFiles().IfElse(IsPaid, paid => paid.TransitionTo(Completed), due => due.TransitionTo(Settling)),
        When(NotStored).If(IsThisRound, failed => failed.IfElse(MayRenew,
            again => again.RenewOutputs(),
            over => over.DiscardOutputs().EndNotStored().TransitionTo(Failed))),
        When(Succeeded).If(AwaitsFreshLinks, fresh => fresh.IfElse(HasFiles,
            some => some.IngestOutputs(),
            none => none.DiscardOutputs().EndWithoutOutput().TransitionTo(Failed))),
        When(GaveUp).If(AwaitsFreshLinks, failed => failed.DiscardOutputs().EndFailed().TransitionTo(Failed)),
        When(CancelRequested).DiscardOutputs().EndCancelled().TransitionTo(Cancelled),
        When(HoldLost).DiscardOutputs().EndWithoutHold().TransitionTo(Failed),
        When(DeadlinePassed).If(IsInForce, passed => passed.DiscardOutputs().EndOverdue().TransitionTo(Failed)),
        Ignore(Begun), Ignore(SlotTaken), Ignore(Started), Ignore(Progressed), Ignore(LostTrack), Ignore(Stopped),
        Ignore(Captured));

    /// <summary>
    /// It is made and paid for as soon as Accounts says so: nothing stops it any more. An Accounts that is away does not hold it
    /// up for long.
    /// </summary>
    void DuringSettling() => During(Settling,
        When(Captured).EndCompleted().TransitionTo(Completed),
        When(DeadlinePassed).If(IsInForce, passed => passed.EndCompleted().TransitionTo(Completed)),
        Ignore(Begun), Ignore(SlotTaken), Ignore(CancelRequested), Ignore(HoldLost), Ignore(Started), Ignore(Progressed), Ignore(LostTrack),
        Ignore(Succeeded), Ignore(GaveUp), Ignore(Stopped), Ignore(Stored), Ignore(NotStored));

    void DuringCancelling() => During(Cancelling,
        When(Stopped).EndCancelled().TransitionTo(Cancelled),
        When(GaveUp).EndCancelled().TransitionTo(Cancelled),
        When(Succeeded).EndCancelled().NoteLateSuccess().TransitionTo(Cancelled),
        When(HoldLost).EndCancelled().TransitionTo(Cancelled),
        When(DeadlinePassed).If(IsInForce, passed => passed.EndCancelled().TransitionTo(Cancelled)),
        Ignore(Begun), Ignore(SlotTaken), Ignore(CancelRequested), Ignore(Started), Ignore(Progressed), Ignore(LostTrack), Ignore(Stored),
        Ignore(NotStored), Ignore(Captured));

    void AfterTheEnd()
    {
        Absorb(Completed);
        During(Completed, Ignore(Succeeded), Ignore(Stored));
        foreach (var end in new[] { Failed, Cancelled })
        {
            Absorb(end);
            During(end, When(Succeeded).NoteLateSuccess(), When(Stored).DiscardOutputs());
        }
    }

    void Absorb(State end) => During(end,
        Ignore(Begun), Ignore(SlotTaken), Ignore(CancelRequested), Ignore(DeadlinePassed), Ignore(HoldLost), Ignore(Started), Ignore(Progressed),
        Ignore(LostTrack), Ignore(GaveUp), Ignore(Stopped), Ignore(NotStored), Ignore(Captured));
}
