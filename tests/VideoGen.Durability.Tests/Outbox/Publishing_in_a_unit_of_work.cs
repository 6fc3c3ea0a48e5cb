using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Outbox;

public sealed class Publishing_in_a_unit_of_work
{
    DurableApplication _app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _app = await DurableApplication.StartAsync(new(bus =>
    {
        bus.AddConsumer<ThingConsumer>();
        bus.AddConsumer<FollowConsumer>();
    }));

    [OneTimeTearDown]
    public ValueTask StopAsync() => _app.DisposeAsync();

    [Test]
    public async Task Sends_after_the_commit_and_leaves_no_row()
    {
        var id = Guid.NewGuid();
        await _app.PublishAsync(new ThingHappened(id, "שלום 🎬 \u0000 end"));
        await Eventually.ThatAsync(async () => await _app.CountAsync("effect where subject = $1 and what = 'followed'", id) == 1, because: "the message and the one it led to were consumed");
        await Eventually.ThatAsync(async () => await _app.CountAsync("outbox") == 0, because: "the outbox is empty");
        Assert.That(await _app.CountAsync("effect where subject = $1 and what = 'happened'", id), Is.EqualTo(1));
        Assert.That(_app.Metrics["videogen.outbox.dispatched"], Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public async Task A_rollback_publishes_nothing()
    {
        var (lost, sent) = (Guid.NewGuid(), Guid.NewGuid());
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
            await work.BeginAsync();
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new ThingHappened(lost));
            await work.RollbackAsync();
            await work.BeginAsync(); // the same scope goes on with a clean unit
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new ThingHappened(sent));
            await work.CommitAsync();
        }
        await Eventually.ThatAsync(async () => await _app.CountAsync("effect where subject = $1", sent) > 0, because: "the message of the second unit was consumed");
        await Eventually.ThatAsync(async () => await _app.CountAsync("outbox") == 0, because: "the outbox is empty");
        Assert.That(await _app.CountAsync("effect where subject = $1", lost), Is.Zero);
    }

    [Test]
    public async Task A_scope_that_ends_without_a_commit_publishes_nothing()
    {
        var lost = Guid.NewGuid();
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
            await work.BeginAsync();
            await work.EffectAsync(lost, "uncommitted");
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new ThingHappened(lost));
        }
        var marker = Guid.NewGuid();
        await _app.PublishAsync(new ThingHappened(marker));
        await Eventually.ThatAsync(async () => await _app.CountAsync("effect where subject = $1", marker) > 0, because: "a later message was consumed");
        Assert.That(await _app.CountAsync("effect where subject = $1", lost), Is.Zero);
    }

    [Test]
    public async Task Publishing_outside_a_transaction_throws()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var publish = scope.ServiceProvider.GetRequiredService<IPublishEndpoint>();
        Assert.That(async () => await publish.Publish(new ThingHappened(Guid.NewGuid())),
            Throws.InvalidOperationException.With.Message.Contains("ThingHappened").And.Message.Contains("BeginAsync"));
        Assert.That(() => scope.ServiceProvider.GetRequiredService<UnitOfWork>().Connection, Throws.InvalidOperationException);
    }

    [Test]
    public async Task Beginning_twice_throws()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync();
        Assert.That(async () => await work.BeginAsync(), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Actions_run_after_the_commit_only()
    {
        var ran = 0;
        await using var scope = _app.Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync();
        work.OnCommitted(() => ran += 100);
        await work.RollbackAsync();
        await work.BeginAsync();
        work.OnCommitted(() => ran++);
        Assert.That(ran, Is.Zero);
        await work.CommitAsync();
        Assert.That(ran, Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_too_large_for_the_broker_is_refused_when_published()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<UnitOfWork>().BeginAsync();
        var publish = scope.ServiceProvider.GetRequiredService<IPublishEndpoint>();
        Assert.That(async () => await publish.Publish(new ThingHappened(Guid.NewGuid(), new string('x', 17 * 1024 * 1024))),
            Throws.InstanceOf<MessageException>().With.Message.Contains("16777216"));
    }

    [Test]
    public async Task What_a_consumer_published_is_gone_when_it_fails()
    {
        var id = Guid.NewGuid();
        await _app.PublishAsync(new ThingHappened(id, "fail once"));
        await Eventually.ThatAsync(async () => await _app.CountAsync("effect where subject = $1 and what = 'followed'", id) == 1, because: "the second try was followed");
        Assert.That(await _app.CountAsync("effect where subject = $1 and what = 'happened'", id), Is.EqualTo(1));
        Assert.That(FollowConsumer.Seen.Count(seen => seen == id), Is.EqualTo(1));
    }

    internal sealed class ThingConsumer(UnitOfWork work, IPublishEndpoint publish) : IConsumer<ThingHappened>
    {
        static int _failures;

        public async Task Consume(ConsumeContext<ThingHappened> context)
        {
            await work.EffectAsync(context.Message.Id, "happened");
            await publish.Publish(new ThingFollowed(context.Message.Id), context.CancellationToken);
            if (context.Message.Text == "fail once" && Interlocked.Increment(ref _failures) == 1)
                throw new ConcurrencyException("someone was faster", typeof(ThingHappened), context.Message.Id);
        }
    }

    internal sealed class FollowConsumer(UnitOfWork work) : IConsumer<ThingFollowed>
    {
        public static readonly System.Collections.Concurrent.ConcurrentBag<Guid> Seen = [];

        public Task Consume(ConsumeContext<ThingFollowed> context)
        {
            Seen.Add(context.Message.Id);
            return work.EffectAsync(context.Message.Id, "followed");
        }
    }
}
