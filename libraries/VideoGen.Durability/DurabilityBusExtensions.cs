using MassTransit;
using MassTransit.Configuration;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VideoGen.Durability.Recovery;

namespace VideoGen.Durability;

/// <summary>Puts outbox, inbox, scheduler and saga repository into MassTransit.</summary>
public static class DurabilityBusExtensions
{
    // 50 ms, growing to 2 s, 150 times: about four and a half minutes. A database restart of two minutes is outlived with the
    // message in hand; with a few hundred milliseconds of retries it threw messages away.
    const int TransientRetries = 150;
    const int ConcurrencyRetries = 20;

    /// <summary>Publishing in a scope goes through its <see cref="UnitOfWork"/>; the dispatcher sends what was committed.</summary>
    public static void AddDurability(this IBusRegistrationConfigurator bus)
    {
        bus.TryAddScoped<IOutboxContextFactory<UnitOfWork>, InboxContextFactory>();
        bus.Replace(ServiceDescriptor.Scoped<IScopedBusContextProvider<IBus>, OutboxBusContextProvider>());
        bus.TryAddSingleton<ConfirmWatch>();
        bus.AddHostedService<OutboxDispatcher>();
        bus.AddBusWatch();
    }

    /// <summary>Starts an endpoint anew that has stopped receiving for good. Part of <see cref="AddDurability"/>.</summary>
    public static void AddBusWatch(this IBusRegistrationConfigurator bus)
    {
        bus.TryAddSingleton(TimeProvider.System);
        bus.TryAddSingleton<BusWatchOptions>();
        bus.TryAddSingleton<BusStarts>();
        bus.TryAddSingleton<ProcessEnd>();
        bus.AddBusObserver(provider => provider.GetRequiredService<BusStarts>());
        bus.AddHostedService<BusWatchWorker>();
    }

    /// <summary>Connects to the broker with publisher confirms; a connection on which it confirms nothing any more is dropped and made anew.</summary>
    public static void DurableHost(this IRabbitMqBusFactoryConfigurator rabbit, IRegistrationContext context, Uri broker) => rabbit.Host(broker, host =>
    {
        host.PublisherConfirmation = true;
        host.OnRefreshConnectionFactory = factory =>
        {
            context.GetRequiredService<BrokerConnections>().Watch(factory, broker);
            return Task.CompletedTask;
        };
    });

    /// <summary>
    /// Consumers and sagas of the endpoint run in one transaction with their inbox row, and are retried: at most 20 times when a
    /// saga changed meanwhile, for over two minutes while the database is away. Not for temporary, per-process endpoints.
    /// </summary>
    public static void UseDurability(this IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(TransientFaults.IsTransient);
            retry.Exponential(TransientRetries, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(200));
        });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<ConcurrencyException>();
            retry.Interval(ConcurrencyRetries, TimeSpan.FromMilliseconds(15));
        });
        var observer = new OutboxConsumePipeSpecificationObserver<UnitOfWork>(endpoint, context);
        endpoint.ConnectConsumerConfigurationObserver(observer);
        endpoint.ConnectSagaConfigurationObserver(observer);
    }

    /// <summary>State machines' <c>Schedule</c> and <c>Unschedule</c> work on the outbox table.</summary>
    public static void UseDurableScheduler(this IBusFactoryConfigurator bus, IRegistrationContext context) =>
        bus.AddPrePipeSpecification(new FilterPipeSpecification<ConsumeContext>(new OutboxSchedulerFilter(context)));

    /// <summary>Keeps the sagas of the type in table <c>saga</c>, under <paramref name="kind"/> (default: the type's name).</summary>
    public static ISagaRegistrationConfigurator<TSaga> DurableRepository<TSaga>(this ISagaRegistrationConfigurator<TSaga> saga, string? kind = null)
        where TSaga : class, ISaga
    {
        saga.Repository(repository =>
        {
            repository.AddSingleton(new SagaKind<TSaga>(kind ?? typeof(TSaga).Name));
            repository.AddScoped<SagaStore<TSaga>>();
            repository.AddScoped<ISagas<TSaga>>(provider => provider.GetRequiredService<SagaStore<TSaga>>());
            repository.RegisterLoadSagaRepository<TSaga, SagaRepository<TSaga>>();
            repository.RegisterSagaRepository<TSaga, SagaStore<TSaga>, SagaConsumeContextFactory<SagaStore<TSaga>, TSaga>, SagaRepository<TSaga>>();
        });
        return saga;
    }
}
