using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Saga;

namespace VideoGen.Durability;

/// <summary>
/// MassTransit's saga repository on one table, state as JSON.
/// <para>
/// Guarantee: the events of one saga are handled one after another, each on the state the one before it committed; state,
/// receipt of the event and messages published commit together.
/// </para>
/// <para>
/// Protocol, inside the transaction the inbox opened: 1. Take the advisory lock of (kind, id), which also orders two events
/// that both would create the saga, and read the row, in one round trip. 2. Run the behaviour. 3. Insert, update or delete the
/// row, checking its version. 4. The commit releases the lock.
/// </para>
/// <para>
/// What may go wrong: a version that does not fit means that someone wrote past the lock; the event fails with a
/// ConcurrencyException and is retried on fresh state. Two kinds and ids whose hashes collide wait for each other, no more.
/// Sagas are found by id only: correlate every event by id.
/// </para>
/// </summary>
internal sealed class SagaRepository<TSaga>(UnitOfWork work, SagaStore<TSaga> store, ISagaConsumeContextFactory<SagaStore<TSaga>, TSaga> contexts)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga> where TSaga : class, ISaga
{
    public void Probe(ProbeContext context) => context.Add("persistence", "postgresql");

    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next) where T : class
    {
        if (!work.IsActive)
            throw new InvalidOperationException($"The endpoint {context.ReceiveContext.InputAddress} of saga {typeof(TSaga).Name} lacks UseDurability.");
        await next.Send(new SagaContext<TSaga, T>(store, context, contexts));
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next) where T : class =>
        throw new NotSupportedException($"Sagas are found by id: use CorrelateById for {typeof(T).Name} in {typeof(TSaga).Name}.");

    public async Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default) where T : class
    {
        await work.BeginAsync(cancellationToken);
        try
        {
            return await asyncMethod(new LoadContext(store, cancellationToken));
        }
        finally
        {
            await work.RollbackAsync();
        }
    }

    sealed class LoadContext(SagaStore<TSaga> store, CancellationToken ct) : BasePipeContext(ct), LoadSagaRepositoryContext<TSaga>
    {
        // The interface says non-null and its callers check for null.
        public Task<TSaga> Load(Guid correlationId) => store.LoadAsync(correlationId, forChange: false, CancellationToken)!;
    }
}

internal sealed class SagaContext<TSaga, T>(SagaStore<TSaga> store, ConsumeContext<T> consume, ISagaConsumeContextFactory<SagaStore<TSaga>, TSaga> contexts)
    : ConsumeContextScope<T>(consume, store), SagaRepositoryContext<TSaga, T> where TSaga : class, ISaga where T : class
{
    readonly ConsumeContext<T> _consume = consume; // the context without this scope, as MassTransit's own repositories hand it on

    public Task<SagaConsumeContext<TSaga, TMessage>> CreateSagaConsumeContext<TMessage>(
        ConsumeContext<TMessage> consumeContext, TSaga instance, SagaConsumeContextMode mode) where TMessage : class =>
        contexts.CreateSagaConsumeContext(store, consumeContext, instance, mode);

    public Task<SagaConsumeContext<TSaga, T>> Add(TSaga instance) =>
        contexts.CreateSagaConsumeContext(store, _consume, instance, SagaConsumeContextMode.Add);

    public async Task<SagaConsumeContext<TSaga, T>> Insert(TSaga instance)
    {
        await store.InsertAsync(instance, CancellationToken);
        return await contexts.CreateSagaConsumeContext(store, _consume, instance, SagaConsumeContextMode.Insert);
    }

    public async Task<SagaConsumeContext<TSaga, T>> Load(Guid correlationId)
    {
        var saga = await store.LoadAsync(correlationId, forChange: true, CancellationToken);
        return saga is null ? null! : await contexts.CreateSagaConsumeContext(store, _consume, saga, SagaConsumeContextMode.Load);
    }

    public Task Save(SagaConsumeContext<TSaga> context) => store.InsertAsync(context.Saga, CancellationToken);
    public Task Update(SagaConsumeContext<TSaga> context) => store.UpdateAsync(context.Saga, CancellationToken);
    public Task Delete(SagaConsumeContext<TSaga> context) => store.DeleteAsync(context.Saga, CancellationToken);
    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;
    public Task Undo(SagaConsumeContext<TSaga> context) => Task.CompletedTask;
}
