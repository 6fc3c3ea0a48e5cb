using MassTransit;

namespace VideoGen.Durability.Tests.Sagas;

public sealed record Counted(Guid Id);

public sealed record CountingEnded(Guid Id);

public sealed record AlarmAsked(Guid Id, int Milliseconds);

public sealed record AlarmStopped(Guid Id);

public sealed record AlarmRang(Guid CorrelationId) : CorrelatedBy<Guid>;

internal enum Mood { Calm, VeryBusy }

internal sealed class CountState : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "";
    public int Count { get; set; }
    public int Rings { get; set; }
    public Mood Mood { get; set; }
    public Guid? AlarmToken { get; set; }
    public Dictionary<string, string> Notes { get; set; } = [];
}

/// <summary>Counts events, rings an alarm when asked, ends when told.</summary>
internal sealed class CountSaga : MassTransitStateMachine<CountState>
{
    public CountSaga()
    {
        InstanceState(saga => saga.CurrentState);
        Event(() => Counted, e => e.CorrelateById(context => context.Message.Id));
        Event(() => Ended, e => { e.CorrelateById(context => context.Message.Id); e.OnMissingInstance(missing => missing.Discard()); });
        Event(() => AlarmAsked, e => e.CorrelateById(context => context.Message.Id));
        Event(() => AlarmStopped, e => e.CorrelateById(context => context.Message.Id));
        Schedule(() => Alarm, saga => saga.AlarmToken, s => s.Received = e => e.CorrelateById(context => context.Message.CorrelationId));

        Initially(
            When(Counted).Then(Count).TransitionTo(Counting),
            When(AlarmAsked).SetAlarm(this).TransitionTo(Counting));
        During(Counting,
            When(Counted).Then(Count),
            When(AlarmAsked).SetAlarm(this),
            When(AlarmStopped).Unschedule(Alarm).Then(context => context.Saga.Notes["stopped"] = "yes"),
            When(Alarm.Received).Then(context => context.Saga.Rings++),
            When(Ended).Finalize());
        SetCompletedWhenFinalized();
    }

    public State Counting { get; private set; } = null!;
    public Event<Counted> Counted { get; private set; } = null!;
    public Event<CountingEnded> Ended { get; private set; } = null!;
    public Event<AlarmAsked> AlarmAsked { get; private set; } = null!;
    public Event<AlarmStopped> AlarmStopped { get; private set; } = null!;
    public Schedule<CountState, AlarmRang> Alarm { get; private set; } = null!;

    static void Count(BehaviorContext<CountState> context)
    {
        context.Saga.Count++;
        context.Saga.Mood = Mood.VeryBusy;
    }
}

internal static class CountSagaBehaviours
{
    public static EventActivityBinder<CountState, AlarmAsked> SetAlarm(this EventActivityBinder<CountState, AlarmAsked> binder, CountSaga saga) =>
        binder.Schedule(saga.Alarm, context => new AlarmRang(context.Saga.CorrelationId), context => TimeSpan.FromMilliseconds(context.Message.Milliseconds));
}
