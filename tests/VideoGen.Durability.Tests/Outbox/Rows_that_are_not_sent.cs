using MassTransit;
using Microsoft.Extensions.Logging;
using VideoGen.Durability.Tests.Contracts.Commands;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Outbox;

public sealed class Rows_that_are_not_sent
{
    const string PoisonInsert = """
        insert into outbox (message_id, message_type, destination, content_type, headers, body)
        values (gen_random_uuid(), 'poison', $1, $2, $3, ''::bytea)
        """;

    [Test]
    public async Task A_poison_row_is_set_aside_with_its_reason_while_others_flow()
    {
        await using var app = await DurableApplication.StartAsync(new(bus => bus.AddConsumer<Consumer>()));
        await app.ExecuteAsync(PoisonInsert, "rabbitmq://127.0.0.1/x", "application/json", "{not json");
        await app.ExecuteAsync(PoisonInsert, "no address at all", "application/json", "{}");
        await app.ExecuteAsync(PoisonInsert, "pigeon://roof/left", "application/json", "{}");
        await app.ExecuteAsync(PoisonInsert, "rabbitmq://127.0.0.1/x", "what/is/this;;", "{}");
        var id = Guid.NewGuid();
        await app.PublishAsync(new ThingHappened(id));

        await Eventually.ThatAsync(async () => await app.CountAsync("effect where subject = $1", id) == 1, because: "the good message was consumed");
        await Eventually.ThatAsync(async () => await app.CountAsync("outbox") == 0, because: "the outbox is empty");
        Assert.That(await app.CountAsync("outbox_set_aside where reason <> '' and message_type = 'poison'"), Is.EqualTo(4));
        Assert.That(app.Metrics["videogen.outbox.set_aside"], Is.EqualTo(4));
        Assert.That(app.Logs.Lines.Count(line => line.Level == LogLevel.Error && line.Text.Contains("set aside")), Is.EqualTo(4));
    }

    [Test]
    public async Task A_command_that_no_queue_takes_stays_and_is_delivered_once_its_queue_is_there()
    {
        await using var sender = await DurableApplication.StartAsync(new(_ => { }));
        var ids = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var id in ids) await sender.PublishAsync(new DoThing(id));
        await Eventually.ThatAsync(async () => await sender.CountAsync("outbox where attempts > 0 and last_error like '%Returned%'") == 5, because: "the broker returned the commands");

        await using var receiver = await DurableApplication.StartAsync(new(bus => bus.AddConsumer<CommandConsumer>(), Schema: sender.Schema));
        await Eventually.ThatAsync(async () => await sender.CountAsync("effect where what = 'done'") == 5, because: "the commands were done");
        await Eventually.ThatAsync(async () => await sender.CountAsync("outbox") == 0, because: "the outbox is empty");
        Assert.That(await sender.ScalarAsync<long>("select count(distinct subject) from effect"), Is.EqualTo(5));
        await receiver.StopAsync();
        await Servers.DropTopologyAsync([sender.Schema + "-command"], []);
    }

    [Test]
    public async Task An_event_that_nobody_listens_to_is_sent_and_forgotten()
    {
        await using var app = await DurableApplication.StartAsync(new(_ => { }));
        await app.PublishAsync(new NobodyListens(Guid.NewGuid()));
        await Eventually.ThatAsync(async () => await app.CountAsync("outbox") == 0, because: "the outbox is empty");
        Assert.That(app.Metrics["videogen.outbox.failed"], Is.Zero);
    }

    [Test]
    public async Task A_message_whose_time_to_live_is_over_is_dropped()
    {
        await using var app = await DurableApplication.StartAsync(new(bus => bus.AddConsumer<Consumer>()));
        await app.TransactAsync((_, services) => Publisher(services).Publish(new ThingHappened(Guid.NewGuid()),
            context => context.TimeToLive = TimeSpan.FromTicks(-1)));
        await Eventually.ThatAsync(async () => await app.CountAsync("outbox") == 0, because: "the outbox is empty");
        // Counted after the commit that empties it.
        await Eventually.ThatAsync(() => app.Metrics["videogen.outbox.expired"] > 0, because: "it is counted");
        Assert.That(app.Metrics["videogen.outbox.expired"], Is.EqualTo(1));
        Assert.That(await app.CountAsync("effect"), Is.Zero);
    }

    [Test]
    public async Task Without_a_broker_publishing_goes_on_and_the_backlog_shows()
    {
        await using var app = await DurableApplication.StartAsync(new(_ => { }, Rabbit: new Uri("amqp://127.0.0.1:9/")));
        await app.PublishAsync(new ThingHappened(Guid.NewGuid())).WaitAsync(TimeSpan.FromSeconds(5));
        await Eventually.ThatAsync(() => app.Metrics["videogen.outbox.pending"] >= 1 && app.Metrics["videogen.outbox.lag"] > 0, because: "the gauges show the row");
        Assert.That(await app.CountAsync("outbox where attempts = 0"), Is.EqualTo(1), "a broker that is away does not count against the row");
    }

    [Test]
    public async Task A_stop_in_the_midst_of_sending_loses_and_repeats_nothing()
    {
        const int messages = 400;
        await using var first = await DurableApplication.StartAsync(new(bus => bus.AddConsumer<Consumer>(), Durability: options => options.OutboxBatch = 20));
        await first.TransactAsync(async (_, services) =>
        {
            for (var i = 0; i < messages; i++) await Publisher(services).Publish(new ThingHappened(Guid.NewGuid()));
        });
        await first.StopAsync();
        Assert.That(first.Logs.Lines.Where(line => line.Level >= LogLevel.Error), Is.Empty);

        await using var second = await DurableApplication.StartAsync(new(bus => bus.AddConsumer<Consumer>(), Schema: first.Schema));
        await Eventually.ThatAsync(async () => await second.CountAsync("effect") == messages, because: "every message was consumed");
        await Eventually.ThatAsync(async () => await second.CountAsync("outbox") == 0, because: "the outbox is empty");
        Assert.That(await second.CountAsync("effect"), Is.EqualTo(messages));
        Assert.That(second.Metrics["videogen.inbox.duplicates"], Is.Zero, "a clean stop repeats nothing");
    }

    static IPublishEndpoint Publisher(IServiceProvider services) => (IPublishEndpoint)services.GetService(typeof(IPublishEndpoint))!;

    internal sealed class Consumer(UnitOfWork work) : IConsumer<ThingHappened>
    {
        public Task Consume(ConsumeContext<ThingHappened> context) => work.EffectAsync(context.Message.Id, "happened");
    }

    internal sealed class CommandConsumer(UnitOfWork work) : IConsumer<DoThing>
    {
        public Task Consume(ConsumeContext<DoThing> context) => work.EffectAsync(context.Message.Id, "done");
    }
}
