using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;
using VideoGen.Durability.Tests.Sagas;

namespace VideoGen.Durability.Tests;

/// <summary>Prints rates and latencies of this machine; asserts nothing about them. Run by name: it is not part of the suite.</summary>
[Explicit("A measurement, not a test")]
[NonParallelizable]
public sealed class Measuring
{
    [Test]
    public async Task Transactions_with_a_message_each()
    {
        await using var app = await DurableApplication.StartAsync(new(bus => bus.AddConsumer<Consumer>()));
        await RunAsync(app, 1000, 16);
        foreach (var (count, writers, pause) in new[] { (5000, 16, 0), (300, 1, 20) })
        {
            Consumer.Latencies.Clear();
            var seconds = await RunAsync(app, count, writers, pause);
            var sorted = Consumer.Latencies.Order().ToArray();
            await TestContext.Out.WriteLineAsync(
                $"{count} × (state + message, publish, inbox + effect), {writers} writers: {count / seconds:F0}/s; publish to consumed p50 {sorted[sorted.Length / 2]:F1} ms, p99 {sorted[sorted.Length * 99 / 100]:F1} ms");
        }
    }

    [Test]
    public async Task Saga_transitions()
    {
        await using var app = await DurableApplication.StartAsync(new(bus => bus.AddSagaStateMachine<CountSaga, CountState>().DurableRepository("count")));
        foreach (var sagas in new[] { 100, 500 })
        {
            var ids = Enumerable.Range(0, sagas).Select(_ => Guid.NewGuid()).ToArray();
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(_ => ids).Select(id => app.Bus.Publish(new Counted(id))));
            await Eventually.ThatAsync(async () => await app.CountAsync("saga where id = any($1) and (state->>'count')::int = 10", ids) == sagas, because: "all is counted");
            await TestContext.Out.WriteLineAsync($"{sagas} sagas × 10 events: {sagas * 10 / watch.Elapsed.TotalSeconds:F0} transitions/s");
        }
    }

    [Test]
    public async Task Due_work()
    {
        var script = new DueWorkTests.Script();
        await using var app = await DurableApplication.StartAsync(new(Services: s => s.AddSingleton(script).AddDueWork<DueWorkTests.ScriptedHandler>("task", o => o.Concurrency = 16)));
        var dueWork = app.Services.GetRequiredService<DueWork>();
        var watch = Stopwatch.StartNew();
        await app.TransactAsync(async (work, _) =>
        {
            for (var i = 0; i < 3000; i++) await dueWork.ScheduleAsync(work, "task", Guid.NewGuid(), TimeSpan.Zero);
        });
        watch.Restart();
        await Eventually.ThatAsync(async () => await app.CountAsync("due_work") == 0, because: "all is done");
        await TestContext.Out.WriteLineAsync($"3000 pieces of due work, 16 at once: {3000 / watch.Elapsed.TotalSeconds:F0}/s");
    }

    static async Task<double> RunAsync(DurableApplication app, int count, int writers, int pauseMilliseconds = 0)
    {
        Consumer.Left = new CountdownEvent(count);
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = writers }, async (_, ct) =>
        {
            if (pauseMilliseconds > 0) await Task.Delay(pauseMilliseconds, ct);
            await app.TransactAsync(async (work, services) =>
            {
                await work.EffectAsync(Guid.NewGuid(), "made");
                await services.GetRequiredService<IPublishEndpoint>().Publish(new ThingHappened(Guid.NewGuid(), Stopwatch.GetTimestamp().ToString()), ct);
            });
        });
        await Task.Run(() => Consumer.Left.Wait(TimeSpan.FromMinutes(1)));
        return watch.Elapsed.TotalSeconds;
    }

    internal sealed class Consumer(UnitOfWork work) : IConsumer<ThingHappened>
    {
        public static readonly ConcurrentBag<double> Latencies = [];
        public static CountdownEvent Left { get; set; } = new(1);

        public async Task Consume(ConsumeContext<ThingHappened> context)
        {
            await work.EffectAsync(context.Message.Id, "consumed");
            Latencies.Add(Stopwatch.GetElapsedTime(long.Parse(context.Message.Text)).TotalMilliseconds);
            Left.Signal();
        }
    }
}
