using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Recovery;

/// <summary>The broker works, but nothing comes or goes any more on the connection that the bus has: no confirm, no error.</summary>
public sealed class A_connection_that_hangs
{
    const int Messages = 500;

    [Test]
    public async Task Is_dropped_and_everything_is_delivered_over_a_new_one()
    {
        await using var relay = new Relay(new Uri(TestServers.RabbitMqUri));
        await using var app = await StartAsync(relay);

        relay.Hang();
        await PublishAsync(app);
        await Eventually.ThatAsync(async () => await app.CountAsync("effect") >= Messages && await app.CountAsync("outbox") == 0,
            TimeSpan.FromSeconds(60), "all are delivered");

        Assert.Multiple(() =>
        {
            Assert.That(app.Metrics["videogen.bus.connections_dropped"], Is.GreaterThan(0));
            Assert.That(app.Logs.Lines.Select(line => line.Text), Has.Some.Contains("confirmed nothing 2 times in a row"));
        });
        Assert.That(await app.CountAsync("effect"), Is.EqualTo(await app.CountAsync("(select distinct subject from effect) s")), "each effect once");
    }

    static Task<DurableApplication> StartAsync(Relay relay) => DurableApplication.StartAsync(new(
        bus => bus.AddConsumer<Consumer>(), Durability: options => options.OutboxConfirmTimeout = TimeSpan.FromSeconds(2), Rabbit: relay.Address, Awaited: true));

    static Task PublishAsync(DurableApplication app) => app.TransactAsync(async (_, services) =>
    {
        var publish = services.GetRequiredService<IPublishEndpoint>();
        for (var i = 0; i < Messages; i++) await publish.Publish(new ThingHappened(Guid.NewGuid()));
    });

    internal sealed class Consumer(UnitOfWork work) : IConsumer<ThingHappened>
    {
        public Task Consume(ConsumeContext<ThingHappened> context) => work.EffectAsync(context.Message.Id, "happened");
    }
}
