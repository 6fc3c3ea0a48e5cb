using MassTransit;
using VideoGen.Durability.Worker.Contracts;

namespace VideoGen.Durability.Worker;

internal sealed class OrderState : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "";
    public int Events { get; set; }
    public int Reminders { get; set; }
    public Guid? ReminderToken { get; set; }
}

/// <summary>Counts what it hears of an order, in whatever sequence, and reminds once.</summary>
internal sealed class OrderSaga : MassTransitStateMachine<OrderState>
{
    public OrderSaga()
    {
        InstanceState(order => order.CurrentState);
        Event(() => Placed, e => e.CorrelateById(context => context.Message.OrderId));
        Event(() => Packed, e => e.CorrelateById(context => context.Message.OrderId));
        Event(() => Paid, e => e.CorrelateById(context => context.Message.OrderId));
        Schedule(() => Reminder, order => order.ReminderToken, s =>
        {
            s.Delay = TimeSpan.FromMilliseconds(200);
            s.Received = e => e.CorrelateById(context => context.Message.CorrelationId);
        });

        Initially(
            When(Placed).Then(context => context.Saga.Events++).Schedule(Reminder, context => new ReminderDue(context.Saga.CorrelationId)).TransitionTo(Open),
            When(Packed).Then(context => context.Saga.Events++).TransitionTo(Open),
            When(Paid).Then(context => context.Saga.Events++).TransitionTo(Open));
        During(Open,
            When(Placed).Then(context => context.Saga.Events++).Schedule(Reminder, context => new ReminderDue(context.Saga.CorrelationId)),
            When(Packed).Then(context => context.Saga.Events++),
            When(Paid).Then(context => context.Saga.Events++),
            When(Reminder.Received).Then(context => context.Saga.Reminders++));
    }

    public State Open { get; private set; } = null!;
    public Event<OrderPlaced> Placed { get; private set; } = null!;
    public Event<OrderPacked> Packed { get; private set; } = null!;
    public Event<OrderPaid> Paid { get; private set; } = null!;
    public Schedule<OrderState, ReminderDue> Reminder { get; private set; } = null!;
}
