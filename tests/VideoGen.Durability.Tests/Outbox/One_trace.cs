using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using MassTransit.Logging;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Outbox;

/// <summary>Alone, because activities are heard by the whole process.</summary>
[NonParallelizable]
public sealed class One_trace
{
    readonly ConcurrentQueue<Activity> _ended = new();
    ActivityListener _listener = null!;

    [OneTimeSetUp]
    public void Listen()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is DurabilityTelemetry.Name or DiagnosticHeaders.DefaultListenerName or "Npgsql" or "Test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [OneTimeTearDown]
    public void Deafen() => _listener.Dispose();

    [Test]
    public async Task Spans_the_request_the_outbox_the_consumer_its_statements_and_due_work()
    {
        await using var app = await DurableApplication.StartAsync(new(bus =>
        {
            bus.AddConsumer<Consumer>();
            bus.AddConsumer<FollowConsumer>();
        }, services => services.AddDueWork<Handler>("traced")));
        using var source = new ActivitySource("Test");
        ActivityTraceId trace;
        using (var request = source.StartActivity("request"))
        {
            trace = request!.TraceId;
            await app.PublishAsync(new ThingHappened(Guid.NewGuid()));
        }
        await Eventually.ThatAsync(async () => await app.CountAsync("effect where what = 'followed'") == 1, because: "the last message was consumed");
        await Eventually.ThatAsync(async () => await app.CountAsync("due_work") == 0, because: "the due work is done");
        await Eventually.ThatAsync(() => _ended.Any(a => a.DisplayName == "due work traced"), because: "its activity has ended");

        var names = _ended.Where(a => a.TraceId == trace).Select(a => a.DisplayName).ToList();
        Assert.That(names.Count(name => name == "outbox dispatch"), Is.EqualTo(2), "both messages");
        Assert.That(names.Count(name => name.EndsWith(" receive")), Is.EqualTo(2));
        Assert.That(names, Has.Member("due work traced").And.Member("request"));
        Assert.That(_ended.Count(a => a.TraceId == trace && a.Source.Name == "Npgsql"), Is.GreaterThan(4), "statements belong to it");
    }

    [Test]
    public async Task Idle_polls_make_no_activity()
    {
        await using var app = await DurableApplication.StartAsync(new(_ => { }, services => services.AddDueWork<Handler>("traced"),
            options => options.Poll = TimeSpan.FromMilliseconds(20)));
        var before = await PollsAsync(app);
        _ended.Clear();
        await Eventually.ThatAsync(async () => await PollsAsync(app) > before + 10, because: "several polls went by");
        Assert.That(_ended.Select(a => a.Source.Name + " " + a.DisplayName), Is.Empty);
    }

    // Each dispatcher's round is a transaction of the database.
    static Task<long> PollsAsync(DurableApplication app) =>
        app.ScalarAsync<long>("select xact_commit + xact_rollback from pg_stat_database where datname = current_database()");

    internal sealed class Consumer(UnitOfWork work, IPublishEndpoint publish, DueWork dueWork) : IConsumer<ThingHappened>
    {
        public async Task Consume(ConsumeContext<ThingHappened> context)
        {
            await publish.Publish(new ThingFollowed(context.Message.Id));
            await dueWork.ScheduleAsync(work, "traced", context.Message.Id, TimeSpan.Zero);
        }
    }

    internal sealed class FollowConsumer(UnitOfWork work) : IConsumer<ThingFollowed>
    {
        public Task Consume(ConsumeContext<ThingFollowed> context) => work.EffectAsync(context.Message.Id, "followed");
    }

    internal sealed class Handler : IDueWorkHandler
    {
        public Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct) => Task.FromResult(DueWorkResult.Done);
    }
}
