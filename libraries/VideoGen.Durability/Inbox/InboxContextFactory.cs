using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;

namespace VideoGen.Durability;

/// <summary>
/// Runs a consumer or saga in one transaction with the receipt of its message and the messages it publishes.
/// <para>Guarantee: however often a message is delivered, and wherever a process dies, its effect happens exactly once.</para>
/// <para>
/// Protocol: 1. Begin. 2. Insert (message, consumer) into the inbox; a row that is there already means a repetition.
/// 3. Run the consumer, unless it is a repetition. 4. Write its messages to the outbox. 5. Commit. 6. Acknowledge.
/// </para>
/// <para>
/// What may go wrong: a crash before 5 leaves nothing and the broker delivers again; a crash between 5 and 6 makes the next
/// delivery a repetition. Two deliveries at once meet at 2: the second waits for the first to commit or roll back. A message
/// is remembered for a week: a repetition after that would have a second effect. The transaction is open while the consumer
/// runs, so it must never call a vendor or another service.
/// </para>
/// </summary>
internal sealed class InboxContextFactory(UnitOfWork work, DurabilityOptions durability, DurabilityTelemetry telemetry, IServiceProvider provider)
    : IOutboxContextFactory<UnitOfWork>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("inbox");

    public async Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next) where T : class
    {
        var messageId = context.GetOriginalMessageId() ?? throw new MessageException(typeof(T), "The message has no MessageId.");
        await work.BeginAsync(context.CancellationToken);
        try
        {
            var isNew = await InboxStore.TryReceiveAsync(work, messageId, options.ConsumerId, context.CancellationToken);
            if (!isNew) telemetry.InboxDuplicates.Add(1);
            await next.Send(new InboxConsumeContext<T>(context, options, provider, work, durability, isNew));
            await work.CommitAsync(context.CancellationToken);
        }
        catch
        {
            await work.RollbackAsync();
            throw;
        }
    }
}

/// <summary>For a repetition it says "consumed and delivered", so that the pipe acknowledges without running the consumer.</summary>
internal sealed class InboxConsumeContext<T>(
    ConsumeContext<T> context, OutboxConsumeOptions consumer, IServiceProvider provider, UnitOfWork work, DurabilityOptions options, bool isNew)
    : OutboxConsumeContextProxy<T>(context, consumer, provider) where T : class
{
    public override bool ContinueProcessing { get; set; } = true;
    public override bool IsMessageConsumed => !isNew;
    public override bool IsOutboxDelivered => !isNew;
    public override int ReceiveCount => isNew ? 1 : 2;
    public override long? LastSequenceNumber => null;

    public override Task AddSend<TMessage>(SendContext<TMessage> context)
    {
        work.Enqueue(OutboxMessage.Capture(context, options.IsCommand(typeof(TMessage))));
        return Task.CompletedTask;
    }

    // MassTransit's own outbox delivers after the commit, from here; ours leaves that to the dispatcher.
    public override Task SetConsumed() => Task.CompletedTask;
    public override Task SetDelivered() => Task.CompletedTask;
    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult(new List<OutboxMessageContext>());
    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;
    public override Task RemoveOutboxMessages() => Task.CompletedTask;
}
