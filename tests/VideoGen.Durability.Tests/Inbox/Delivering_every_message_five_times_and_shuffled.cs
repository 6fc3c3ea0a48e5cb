using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Inbox;

public sealed class Delivering_every_message_five_times_and_shuffled
{
    const int Messages = 60;
    const int Times = 5;

    [Test]
    public async Task Has_one_effect_each_in_every_consumer()
    {
        await using var app = await DurableApplication.StartAsync(new(bus =>
        {
            bus.AddConsumer<FirstConsumer>();
            bus.AddConsumer<SecondConsumer>();
            bus.AddConsumer<FollowConsumer>();
        }));
        var messages = Enumerable.Range(0, Messages).Select(_ => (Subject: Guid.NewGuid(), MessageId: NewId.NextGuid()))
            .SelectMany(message => Enumerable.Repeat(message, Times)).ToArray();
        Random.Shared.Shuffle(messages);
        await Task.WhenAll(messages.Select(message =>
            app.Bus.Publish(new ThingHappened(message.Subject), context => context.MessageId = message.MessageId)));

        await Eventually.ThatAsync(() => app.Metrics["videogen.inbox.duplicates"] >= 2 * Messages * (Times - 1), because: "every repetition was seen as one");
        await Eventually.ThatAsync(async () => await app.CountAsync("effect") >= 3 * Messages, because: "every effect is there");
        var repeated = await app.CountAsync("(select subject, what from effect group by subject, what having count(*) <> 1) wrong");
        Assert.That(repeated, Is.Zero);
        Assert.That(await app.CountAsync("effect"), Is.EqualTo(3 * Messages));
        Assert.That(app.Logs.Lines, Is.Empty, "repetitions are nothing to warn of");
    }

    [Test]
    public async Task Receipts_are_forgotten_after_their_time_in_small_batches()
    {
        await using var app = await DurableApplication.StartAsync(new());
        await app.ExecuteAsync("insert into inbox select gen_random_uuid(), gen_random_uuid(), now() - interval '8 days' from generate_series(1, 2500)");
        await app.ExecuteAsync("insert into inbox select gen_random_uuid(), gen_random_uuid(), now() - interval '6 days' from generate_series(1, 10)");
        var batches = new List<int>();
        while (batches.LastOrDefault(1) > 0) batches.Add(await InboxStore.PruneAsync(app.Database, TimeSpan.FromDays(7), 1000, default));
        Assert.That(batches, Has.All.LessThanOrEqualTo(1000));
        // The worker of the application prunes at the same time; what it holds is gone a moment later.
        await Eventually.ThatAsync(async () => await app.CountAsync("inbox") == 10, because: "the young receipts are left");
    }

    internal sealed class FirstConsumer(UnitOfWork work, IPublishEndpoint publish) : IConsumer<ThingHappened>
    {
        public async Task Consume(ConsumeContext<ThingHappened> context)
        {
            await work.EffectAsync(context.Message.Id, "first");
            await publish.Publish(new ThingFollowed(context.Message.Id));
        }
    }

    internal sealed class SecondConsumer(UnitOfWork work) : IConsumer<ThingHappened>
    {
        public Task Consume(ConsumeContext<ThingHappened> context) => work.EffectAsync(context.Message.Id, "second");
    }

    internal sealed class FollowConsumer(UnitOfWork work) : IConsumer<ThingFollowed>
    {
        public Task Consume(ConsumeContext<ThingFollowed> context) => work.EffectAsync(context.Message.Id, "followed");
    }
}

public sealed class The_database_drops_every_connection
{
    [Test]
    public async Task And_each_message_still_has_one_effect()
    {
        await using var app = await DurableApplication.StartAsync(new(bus => bus.AddConsumer<Consumer>()));
        await using var killer = NpgsqlDataSource.Create(TestServers.PostgresConnectionString + ";Application Name=killer");
        var ids = Enumerable.Range(0, 100).Select(_ => Guid.NewGuid()).ToArray();
        await app.TransactAsync(async (_, services) =>
        {
            foreach (var id in ids) await services.GetRequiredService<IPublishEndpoint>().Publish(new ThingHappened(id));
        });
        for (var round = 0; round < 5; round++)
        {
            var seen = await CountAsync(killer, app.Schema);
            await using (var kill = killer.CreateCommand("select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1"))
            {
                kill.Parameters.Add(new() { Value = "videogen-" + app.Schema });
                await kill.ExecuteNonQueryAsync();
            }
            await Eventually.ThatAsync(async () => await CountAsync(killer, app.Schema) is var now && (now > seen || now == ids.Length), because: "it goes on");
        }
        await Eventually.ThatAsync(async () => await CountAsync(killer, app.Schema) == ids.Length, because: "every message was consumed");
        await Eventually.ThatAsync(async () => await CountAsync(killer, app.Schema, "outbox") == 0, because: "the outbox is empty");
        Assert.That(await CountAsync(killer, app.Schema, "(select distinct subject from {0}.effect) d"), Is.EqualTo(ids.Length));
        Assert.That(await CountAsync(killer, app.Schema), Is.EqualTo(ids.Length));
    }

    static async Task<long> CountAsync(NpgsqlDataSource source, string schema, string what = "effect")
    {
        await using var command = source.CreateCommand("select count(*) from " + (what.Contains('{') ? string.Format(what, schema) : $"{schema}.{what}"));
        return (long)(await command.ExecuteScalarAsync())!;
    }

    internal sealed class Consumer(UnitOfWork work) : IConsumer<ThingHappened>
    {
        public async Task Consume(ConsumeContext<ThingHappened> context)
        {
            await using (var pause = work.Command("select pg_sleep(0.03)")) await pause.ExecuteNonQueryAsync(context.CancellationToken);
            await work.EffectAsync(context.Message.Id, "happened");
        }
    }
}
