using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client.Exceptions;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Recovery;

/// <summary>
/// The broker has cancelled an endpoint's consumer, and the next try to subscribe fails too. After most faults MassTransit tries on by
/// itself; after one that it holds for permanent it never does.
/// </summary>
public sealed class Losing_an_endpoint
{
    static readonly OperationCanceledException Passing = new("The channel was closed.");
    static readonly AuthenticationFailureException Permanent = new("The broker is still starting.");

    [Test]
    public async Task Subscribes_again_by_itself_after_a_cancellation()
    {
        await using var app = await StartAsync(TimeSpan.FromHours(1));
        await LoseAsync(app, Passing);

        await HandlesAsync(app);
        Assert.That(app.Logs.Lines.Select(line => line.Text), Has.None.Contains("it is started anew"));
    }

    [Test]
    public async Task Starts_it_anew_after_a_permanent_fault_and_handles_what_was_waiting()
    {
        await using var app = await StartAsync(TimeSpan.FromSeconds(1));
        await LoseForGoodAsync(app);

        await HandlesAsync(app);
        Assert.That(app.Logs.Lines.Select(line => line.Text), Has.Some.Contains("it is started anew"));
    }

    [Test]
    public async Task Leaves_it_alone_until_it_has_been_given_its_time()
    {
        await using var app = await StartAsync(TimeSpan.FromHours(1));
        await LoseForGoodAsync(app);

        var id = Guid.NewGuid();
        await app.PublishAsync(new ThingHappened(id));
        await Eventually.ThatAsync(async () => await app.CountAsync("outbox") == 0, because: "the message has been sent");
        // Longer than MassTransit's pause between two tries.
        await Task.Delay(TimeSpan.FromSeconds(5));
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

    /// <summary>Has the broker cancel the consumer, and MassTransit's next try end in this fault.</summary>
    static async Task LoseAsync(DurableApplication app, Exception fault)
    {
        var bus = app.Services.GetRequiredService<IBusControl>();
        var strike = new FailsWhenReady(fault);
        using var connected = bus.ConnectReceiveEndpointObserver(strike);
        await Servers.DeleteQueuesAsync(app.Queues);
        await Eventually.ThatAsync(() => strike.HasStruck, because: "the try after the loss has failed");
    }

    static async Task LoseForGoodAsync(DurableApplication app)
    {
        await LoseAsync(app, Permanent);
        await Eventually.ThatAsync(() => app.Logs.Lines.Any(line => line.Text.Contains("Cannot Retry")), because: "MassTransit has given it up");
    }

    static async Task HandlesAsync(DurableApplication app)
    {
        var id = Guid.NewGuid();
        await app.PublishAsync(new ThingHappened(id));
        await Eventually.ThatAsync(async () => await app.CountAsync("effect where subject = $1", id) == 1, TimeSpan.FromSeconds(60), "the message is handled");
    }

    sealed class FailsWhenReady(Exception fault) : IReceiveEndpointObserver
    {
        int _strikes;

        public bool HasStruck => Volatile.Read(ref _strikes) > 0;

        public Task Ready(ReceiveEndpointReady ready) => Interlocked.Increment(ref _strikes) == 1 ? throw fault : Task.CompletedTask;

        public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

        public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

        public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
    }

    internal sealed class Consumer(UnitOfWork work) : IConsumer<ThingHappened>
    {
        public Task Consume(ConsumeContext<ThingHappened> context) => work.EffectAsync(context.Message.Id, "happened");
    }
}
