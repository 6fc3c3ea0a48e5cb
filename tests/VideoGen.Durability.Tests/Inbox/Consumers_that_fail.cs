using System.Collections.Concurrent;
using MassTransit;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Inbox;

public sealed class Consumers_that_fail
{
    static readonly ConcurrentDictionary<Guid, int> Tries = new();

    DurableApplication _app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _app = await DurableApplication.StartAsync(new(bus =>
    {
        bus.AddConsumer<Consumer>();
        bus.AddConsumer<FaultConsumer>();
    }));

    [OneTimeTearDown]
    public ValueTask StopAsync() => _app.DisposeAsync();

    [Test]
    public async Task By_a_fault_that_passes_are_tried_until_it_has_passed()
    {
        var id = Guid.NewGuid();
        await _app.PublishAsync(new ThingHappened(id, "transient"));
        await Eventually.ThatAsync(async () => await _app.CountAsync("effect where subject = $1 and what = 'happened'", id) == 1, because: "the message was consumed");
        Assert.That(Tries[id], Is.EqualTo(6));
    }

    [Test]
    public async Task By_changes_of_others_then_by_the_network_are_tried_for_both()
    {
        var id = Guid.NewGuid();
        await _app.PublishAsync(new ThingHappened(id, "mixed"));
        await Eventually.ThatAsync(async () => await _app.CountAsync("effect where subject = $1 and what = 'happened'", id) == 1, because: "the message was consumed");
        Assert.That(Tries[id], Is.EqualTo(8));
    }

    [Test]
    public async Task By_their_own_mistake_leave_nothing_and_the_fault_is_told()
    {
        var id = Guid.NewGuid();
        await _app.PublishAsync(new ThingHappened(id, "wrong"));
        await Eventually.ThatAsync(async () => await _app.CountAsync("effect where subject = $1 and what = 'fault'", id) == 1, because: "the fault was published");
        Assert.That(await _app.CountAsync("effect where subject = $1 and what = 'happened'", id), Is.Zero);
        Assert.That(Tries[id], Is.EqualTo(1));
    }

    [Test]
    public void What_counts_as_passing()
    {
        Assert.That(TransientFaults.IsTransient(new InvalidOperationException("x", new TimeoutException())), Is.True);
        Assert.That(TransientFaults.IsTransient(new Npgsql.PostgresException("x", "FATAL", "FATAL", "57P01")), Is.True);
        Assert.That(TransientFaults.IsTransient(new Npgsql.PostgresException("x", "ERROR", "ERROR", "23505")), Is.False);
        Assert.That(TransientFaults.IsTransient(new ArgumentException("x")), Is.False);
    }

    internal sealed class Consumer(UnitOfWork work) : IConsumer<ThingHappened>
    {
        public async Task Consume(ConsumeContext<ThingHappened> context)
        {
            var tries = Tries.AddOrUpdate(context.Message.Id, 1, (_, n) => n + 1);
            await work.EffectAsync(context.Message.Id, "happened");
            switch (context.Message.Text)
            {
                case "transient" when tries < 6: throw new TimeoutException("not now");
                case "mixed" when tries is < 8 and not 4: throw new ConcurrencyException("someone was faster", typeof(ThingHappened), context.Message.Id);
                case "mixed" when tries == 4: throw new TimeoutException("not now");
                case "wrong": throw new InvalidOperationException("never");
            }
        }
    }

    internal sealed class FaultConsumer(UnitOfWork work) : IConsumer<Fault<ThingHappened>>
    {
        public Task Consume(ConsumeContext<Fault<ThingHappened>> context) => work.EffectAsync(context.Message.Message.Id, "fault");
    }
}
