using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using VideoGen.Durability.DeadLetters;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.DeadLetters;

/// <summary>Letters lie in the broker's queues, and some of them, or a whole queue, make trouble.</summary>
public sealed class Collecting_from_many_queues
{
    DurableApplication _app = null!;
    string _name = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _app = await DurableApplication.StartAsync(new(_ => { }, DeadLetters: true));
        _name = _app.Schema + "-gone";
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _app.DisposeAsync();
        await Servers.DropTopologyAsync([_name], []);
    }

    [Test]
    public async Task A_letter_that_the_table_refuses_is_put_back_and_those_behind_it_are_kept()
    {
        await _app.ExecuteAsync("alter table dead_letter add constraint refusal check (length(body) <> 7)");
        foreach (var body in (byte[][])["refused"u8.ToArray(), "first"u8.ToArray(), "refused"u8.ToArray(), "second"u8.ToArray()])
            await Servers.PublishAsync(_name + "_error", body, declare: true);
        await CollectAsync();
        Assert.That((await ListAsync()).Select(letter => letter.SizeBytes), Is.EquivalentTo(new[] { 5, 6 }));
        Assert.That(_app.Logs.Lines.Count(line => line.Text.Contains("it is put back")), Is.GreaterThanOrEqualTo(2));

        await _app.ExecuteAsync("alter table dead_letter drop constraint refusal");
        await Eventually.ThatAsync(async () =>
        {
            await CollectAsync();
            return (await ListAsync()).Count(letter => letter.SizeBytes == 7) == 2;
        }, because: "they waited in the queue");
    }

    [Test]
    public async Task A_queue_that_can_not_be_read_does_not_stop_the_others()
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(TestServers.RabbitMqUri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(_name + "_dead", durable: false, exclusive: true, autoDelete: false); // nobody else may read it
        await Servers.PublishAsync(_name + "_error", "an error"u8.ToArray(), declare: true);
        await Servers.PublishAsync(_name + "_skipped", "skipped"u8.ToArray(), declare: true);

        await CollectAsync();
        Assert.That((await ListAsync()).Select(letter => letter.Source), Is.EquivalentTo(new[] { "error", "skipped" }));
        Assert.That(_app.Logs.Lines.Select(line => line.Text), Has.Some.Contains($"Queue {_name}_dead could not be read"));
        Assert.That(_app.Metrics["videogen.dead_letters"], Is.EqualTo(2), "the gauge goes on");
    }

    [Test]
    public async Task A_replay_that_no_queue_takes_is_a_dead_letter_again()
    {
        await Servers.PublishAsync(_name + "_dead", "for nobody"u8.ToArray(), declare: true);
        await CollectAsync();
        var letter = (await ListAsync()).Single();
        Assert.That(await Box.ReplayAsync(new DeadLetterFilter([letter.Id]), default), Has.Count.EqualTo(1));
        await Eventually.ThatAsync(
            async () => await _app.CountAsync("outbox where attempts between 1 and 5 and last_error like '%Returned%'") == 1,
            because: "it is tried more than once: its queue may come");

        await _app.ExecuteAsync("update outbox set attempts = 9, due_at = now()");
        await Eventually.ThatAsync(async () => await _app.CountAsync("outbox") == 0, because: "it was tried often enough");
        await CollectAsync();
        var again = (await ListAsync()).Single();
        Assert.That((again.Source, again.Endpoint, again.MessageId), Is.EqualTo(("outbox", "exchange:" + _name, letter.MessageId)));
        Assert.That(again.Attempts, Is.EqualTo(10));
        Assert.That(again.Reason, Does.StartWith("No queue takes it. "));
        Assert.That(await Box.DiscardAsync(new DeadLetterFilter([again.Id]), default), Has.Count.EqualTo(1));
    }

    [TestCase("exchange:some-queue", 8, false)]
    [TestCase("exchange:some-queue", 9, true)]
    [TestCase("rabbitmq://broker/Some.Contracts.Commands:DoThing", 1000, false, Description = "a command waits for its consumer")]
    public void Only_a_replay_is_given_up(string destination, int attempts, bool isGivenUp)
    {
        var message = new OutboxMessage
        {
            MessageId = Guid.Empty, MessageType = "", Destination = destination, ContentType = "", Body = [],
        };
        Assert.That(OutboxBackoff.IsGivenUp(message, attempts), Is.EqualTo(isGivenUp));
    }

    DeadLetterBox Box => _app.Services.GetRequiredService<DeadLetterBox>();

    Task<List<DeadLetter>> ListAsync() => Box.ListAsync(null, null, null, 100, default);

    async Task CollectAsync()
    {
        // Each time, for the collection that runs by itself forgets queues that it finds missing.
        _app.Services.GetRequiredService<DeadLetterQueues>().Add(_name);
        await using var scope = _app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DeadLetterCollection>().RunAsync(CancellationToken.None);
    }
}
