using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Outbox;

/// <summary>The dispatcher waits on a connection that has gone silent, for longer than the limits allow.</summary>
[NonParallelizable] // for the exit code, which belongs to the process
public sealed class An_outbox_that_stands_still
{
    static readonly TimeSpan Never = TimeSpan.Zero;

    [Test]
    public async Task Is_told_of_by_health_with_the_reason_and_by_the_gauges()
    {
        await using var relay = new Relay(new Uri(TestServers.RabbitMqUri));
        await using var app = await StartAsync(relay.Address, stalledAfter: Never, awaited: true);
        Assert.That((await HealthAsync(app)).Status, Is.EqualTo(HealthStatus.Healthy));

        relay.Hang();
        await app.PublishAsync(new ThingHappened(Guid.NewGuid()));
        await Eventually.ThatAsync(async () => (await HealthAsync(app)).Status == HealthStatus.Degraded, because: "the message waits too long");

        Assert.Multiple(async () =>
        {
            Assert.That((await HealthAsync(app)).Description, Does.Match(@"^The oldest message in the outbox has waited \d+ s; 1 are due$"));
            Assert.That(app.Metrics["videogen.outbox.oldest"], Is.GreaterThan(1));
            Assert.That(app.Metrics["videogen.outbox.lag"], Is.GreaterThan(1));
            Assert.That(app.Metrics["videogen.outbox.pending"], Is.EqualTo(1));
        });
        relay.Cut();
    }

    [Test]
    public async Task Ends_the_process_when_the_broker_answers_others()
    {
        await using var relay = new Relay(new Uri(TestServers.RabbitMqUri));
        await using var app = await StartAsync(relay.Address, stalledAfter: TimeSpan.FromSeconds(2), awaited: true);
        try
        {
            relay.Hang();
            await app.PublishAsync(new ThingHappened(Guid.NewGuid()));
            await Eventually.ThatAsync(() => IsStopping(app), TimeSpan.FromSeconds(30), "the process ends");

            Assert.That(Environment.ExitCode, Is.EqualTo(1));
            Assert.That(app.Logs.Lines.Where(line => line.Level == LogLevel.Critical).Select(line => line.Text),
                Has.One.Contains("The outbox stands still: its oldest message has waited"));
        }
        finally
        {
            Environment.ExitCode = 0;
            relay.Cut();
        }
    }

    [Test]
    public async Task Ends_nothing_while_the_broker_is_away()
    {
        await using var app = await StartAsync(new Uri("amqp://guest:guest@127.0.0.1:1/"), stalledAfter: TimeSpan.FromSeconds(1), awaited: false);

        await app.PublishAsync(new ThingHappened(Guid.NewGuid()));
        await Eventually.ThatAsync(() => app.Logs.Lines.Any(line => line.Text.Contains("the broker does not answer", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(30), "the watch has asked the broker");

        Assert.That((IsStopping(app), Environment.ExitCode), Is.EqualTo((false, 0)));
        Assert.That((await HealthAsync(app)).Status, Is.EqualTo(HealthStatus.Degraded));
    }

    [TestCase(10, 10, false, Description = "at the limit")]
    [TestCase(11, 11, true)]
    [TestCase(11, 3, false, Description = "the broker answers, about other rows: a command waits for its consumer")]
    [TestCase(3, 11, false, Description = "nothing is old")]
    public void Stands_still_when_a_message_is_old_and_nothing_is_answered(int oldest, int withoutAnswer, bool standsStill)
    {
        var backlog = new OutboxBacklog(1, TimeSpan.Zero, TimeSpan.FromSeconds(oldest));
        Assert.That(OutboxWatch.StandsStill(backlog, TimeSpan.FromSeconds(withoutAnswer), TimeSpan.FromSeconds(10)), Is.EqualTo(standsStill));
        Assert.That(OutboxWatch.StandsStill(backlog, TimeSpan.FromSeconds(withoutAnswer), Never), Is.False, "zero is never");
    }

    static Task<DurableApplication> StartAsync(Uri broker, TimeSpan stalledAfter, bool awaited) => DurableApplication.StartAsync(new(
        bus => bus.AddConsumer<Consumer>(),
        Durability: options => (options.OutboxConfirmTimeout, options.OutboxDegradedAfter, options.OutboxStalledAfter) =
            (TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), stalledAfter),
        Rabbit: broker, Awaited: awaited));

    static async Task<HealthReportEntry> HealthAsync(DurableApplication app) =>
        (await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "outbox")).Entries["outbox"];

    static bool IsStopping(DurableApplication app) => app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    internal sealed class Consumer : IConsumer<ThingHappened>
    {
        public Task Consume(ConsumeContext<ThingHappened> context) => Task.CompletedTask;
    }
}
