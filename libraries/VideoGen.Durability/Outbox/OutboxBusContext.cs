using MassTransit;
using MassTransit.Clients;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using MassTransit.Transports;

namespace VideoGen.Durability;

/// <summary>
/// What <see cref="IPublishEndpoint"/> and <see cref="ISendEndpointProvider"/> of a scope stand on: below a consumer its own
/// context, elsewhere (HTTP, due work) the scope's <see cref="UnitOfWork"/>. Request clients ask at once, past the outbox.
/// </summary>
internal sealed class OutboxBusContextProvider(
    IBus bus, UnitOfWork work, DurabilityOptions options, Bind<IBus, IClientFactory> clients,
    Bind<IBus, IScopedConsumeContextProvider> consume, IServiceProvider provider) : IScopedBusContextProvider<IBus>
{
    public ScopedBusContext Context { get; } = consume.Value.HasContext
        ? new ConsumeContextScopedBusContext(consume.Value.GetContext(), clients.Value)
        : new OutboxBusContext(bus, work, options, clients.Value, provider);
}

internal sealed class OutboxBusContext(IBus bus, UnitOfWork work, DurabilityOptions options, IClientFactory clients, IServiceProvider provider)
    : ScopedBusContext, OutboxSendContext
{
    public ISendEndpointProvider SendEndpointProvider => field ??= new OutboxSendEndpointProvider(this, bus);

    public IPublishEndpoint PublishEndpoint => field ??= new PublishEndpoint(new OutboxPublishEndpointProvider(this, bus));

    public IScopedClientFactory ClientFactory =>
        field ??= new ScopedClientFactory(new ClientFactory(new ScopedClientFactoryContext(clients, provider)), null);

    public Task AddSend<T>(SendContext<T> context) where T : class
    {
        work.Enqueue(OutboxMessage.Capture(context, options.IsCommand(typeof(T))));
        return Task.CompletedTask;
    }

    public object? GetService(Type serviceType) => provider.GetService(serviceType);
}
