using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using MassTransit.Scheduling;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace VideoGen.Durability;

/// <summary>
/// Scheduled messages without a broker plugin: <c>Schedule</c> and <c>Unschedule</c> of state machines.
/// <para>
/// Guarantee: a message scheduled in a transaction that commits is sent at or after its time; one unscheduled in a transaction
/// that commits before the dispatcher claims it is never sent.
/// </para>
/// <para>
/// Protocol: 1. Scheduling writes an outbox row with a due time and a token. 2. Unscheduling deletes by the token, in the
/// consumer's transaction. 3. The dispatcher sends the row when due, like any other.
/// </para>
/// <para>
/// What may go wrong: an unschedule can lose the race against the dispatcher; MassTransit's state machines then ignore the late
/// message, because its token is no longer theirs. Lateness is at most one poll (1 s).
/// </para>
/// </summary>
internal sealed class OutboxScheduler(ConsumeContext context, IServiceProvider root) : IScheduleMessageProvider
{
    public async Task<ScheduledMessage<T>> ScheduleSend<T>(
        Uri destinationAddress, DateTime scheduledTime, T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken) where T : class
    {
        var schedule = new ScheduleSendPipe<T>(pipe, scheduledTime) { ScheduledMessageId = ScheduleTokenIdCache<T>.GetTokenId(message) };
        var endpoint = await context.GetSendEndpoint(destinationAddress);
        if (context is OutboxConsumeContext) await endpoint.Send(message, schedule, cancellationToken); // joins the consumer's transaction
        else await SendAloneAsync(endpoint, message, schedule, cancellationToken);
        return new ScheduledMessageHandle<T>(schedule.ScheduledMessageId ?? throw new MessageException(typeof(T), "The scheduled message got no token."),
            scheduledTime, destinationAddress, message);
    }

    public Task CancelScheduledSend(Uri destinationAddress, Guid tokenId, CancellationToken cancellationToken) =>
        CancelScheduledSend(tokenId, cancellationToken);

    public async Task CancelScheduledSend(Guid tokenId, CancellationToken cancellationToken)
    {
        if (context.TryGetPayload<IServiceScope>(out var scope)
            && scope.ServiceProvider.GetRequiredService<UnitOfWork>() is { IsActive: true } current)
        {
            await OutboxStore.DeleteScheduledAsync(current, tokenId, cancellationToken);
            return;
        }
        await using var own = root.CreateAsyncScope();
        var work = own.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(cancellationToken);
        await OutboxStore.DeleteScheduledAsync(work, tokenId, cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    // Outside a consumer's transaction (redelivery after a failure) the row gets one of its own.
    async Task SendAloneAsync<T>(ISendEndpoint endpoint, T message, IPipe<SendContext<T>> pipe, CancellationToken ct) where T : class
    {
        while (endpoint is ConsumeSendEndpoint wrapped) endpoint = wrapped.Endpoint;
        await using var scope = root.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(ct);
        var capture = new Capture(work, scope.ServiceProvider.GetRequiredService<DurabilityOptions>(), scope.ServiceProvider);
        await new OutboxSendEndpoint(capture, endpoint).Send(message, pipe, ct);
        await work.CommitAsync(ct);
    }

    sealed class Capture(UnitOfWork work, DurabilityOptions options, IServiceProvider provider) : OutboxSendContext
    {
        public Task AddSend<T>(SendContext<T> context) where T : class
        {
            work.Enqueue(OutboxMessage.Capture(context, options.IsCommand(typeof(T))));
            return Task.CompletedTask;
        }

        public object? GetService(Type serviceType) => provider.GetService(serviceType);
    }
}

/// <summary>Gives every consumed message the scheduler above.</summary>
internal sealed class OutboxSchedulerFilter(IServiceProvider root) : IFilter<ConsumeContext>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("outbox-scheduler");

    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        context.GetOrAddPayload<MessageSchedulerContext>(() => new ConsumeMessageSchedulerContext(context,
            consume => new MessageScheduler(new OutboxScheduler(consume, root), consume.GetPayload<IBusTopology>())));
        return next.Send(context);
    }
}
