using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Recovery;

/// <summary>An endpoint whose fault came to MassTransit as a cancellation: it never tries again by itself.</summary>
public sealed class Losing_an_endpoint
{
    [Test]
    public async Task Starts_it_anew_and_handles_what_was_waiting()
    {
        await using var app = await StartAsync(TimeSpan.FromSeconds(1));
        await LoseAsync(app);

        var id = Guid.NewGuid();
        await app.PublishAsync(new ThingHappened(id));
        await Eventually.ThatAsync(async () => await app.CountAsync("effect where subject = $1", id) == 1, TimeSpan.FromSeconds(60), "the message is handled");
        Assert.That(app.Logs.Lines.Select(line => line.Text), Has.Some.Contains("it is started anew"));
    }

    [Test]
    public async Task Leaves_it_alone_until_it_has_been_given_its_time()
    {
        await using var app = await StartAsync(TimeSpan.FromHours(1));
        await LoseAsync(app);

        var id = Guid.NewGuid();
        await app.PublishAsync(new ThingHappened(id));
        await Eventually.ThatAsync(async () => await app.CountAsync("outbox") == 0, because: "the message has been sent");
        // Longer than MassTransit's pause between two tries.
        await Task.Delay(TimeSpan.FromSeconds(3));
        var handled = await app.CountAsync("effect where subject = $1", id);
        Assert.Multiple(() =>
        {
            Assert.That(handled, Is.Zero, "MassTransit does not reconnect such an endpoint; should it do so one day, the watch can go");
            Assert.That(app.Logs.Lines.Select(line => line.Text), Has.None.Contains("it is started anew"));
        });
    }

    static Task<DurableApplication> StartAsync(TimeSpan patience) => DurableApplication.StartAsync(new(
        bus => bus.AddConsumer<Consumer>(),
        services => services.AddSingleton(new BusWatchOptions { Pause = TimeSpan.FromMilliseconds(200), Patience = patience, PatienceWithoutBroker = patience })));

    /// <summary>Has the broker cancel the consumer, and MassTransit's next try end in a cancellation.</summary>
    static async Task LoseAsync(DurableApplication app)
    {
        var bus = app.Services.GetRequiredService<IBusControl>();
        var fault = new CancelledWhenReady();
        using var connected = bus.ConnectReceiveEndpointObserver(fault);
        await Servers.DeleteQueuesAsync(app.Queues);
        await Eventually.ThatAsync(() => fault.HasStruck && bus.CheckHealth().Endpoints.Any(one => one.Value.Status == BusHealthStatus.Unhealthy), because: "the endpoint is lost");
    }

    sealed class CancelledWhenReady : IReceiveEndpointObserver
    {
        int _strikes;

        public bool HasStruck => _strikes > 0;

        public Task Ready(ReceiveEndpointReady ready) =>
            Interlocked.Increment(ref _strikes) == 1 ? throw new OperationCanceledException("The channel was closed.") : Task.CompletedTask;

        public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

        public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

        public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
    }

    internal sealed class Consumer(UnitOfWork work) : IConsumer<ThingHappened>
    {
        public Task Consume(ConsumeContext<ThingHappened> context) => work.EffectAsync(context.Message.Id, "happened");
    }
}
