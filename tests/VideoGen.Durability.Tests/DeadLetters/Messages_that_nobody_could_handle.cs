using System.Security.Cryptography;
using System.Text;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability.DeadLetters;
using VideoGen.Durability.Tests.Contracts.Events;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.DeadLetters;

public sealed class Messages_that_nobody_could_handle
{
    Faults _faults = null!;
    DurableApplication _app = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _faults = new Faults();
        _app = await DurableApplication.StartAsync(new(bus => bus.AddConsumer<Consumer>(), services => services.AddSingleton(_faults), DeadLetters: true));
    }

    [TearDown]
    public ValueTask StopAsync() => _app.DisposeAsync();

    [Test]
    public async Task Are_kept_with_the_reason_and_sent_again_once_the_cause_is_mended()
    {
        var id = Guid.NewGuid();
        await _app.PublishAsync(new ThingHappened(id));
        var letter = await TheLetterAsync();
        Assert.Multiple(() =>
        {
            Assert.That((letter.Source, letter.MessageType), Is.EqualTo((DeadLetterSource.Error, typeof(ThingHappened).FullName)));
            Assert.That(letter.Reason, Is.EqualTo("System.InvalidOperationException: the cause"));
            Assert.That(letter.Endpoint, Is.EqualTo(_app.Queues.Single()));
        });
        var content = await Box.FindAsync(letter.Id, default);
        Assert.That(Encoding.UTF8.GetString(content!.Body), Does.Contain(id.ToString()));
        Assert.That(content.Detail, Does.Contain(nameof(Consumer)), "the stack trace");

        _faults.IsMended = true;
        var sent = await Box.ReplayAsync(new DeadLetterFilter([letter.Id]), default);
        Assert.That(sent.Select(one => one.MessageId), Is.EqualTo(new[] { letter.MessageId }));
        Assert.That(await Box.ReplayAsync(new DeadLetterFilter([letter.Id]), default), Is.Empty, "a letter is sent once");
        await Eventually.ThatAsync(async () => await _app.CountAsync("effect where subject = $1", id) == 1, because: "it is handled");

        Assert.That(await _app.CountAsync("inbox where message_id = $1", letter.MessageId), Is.EqualTo(1), "under its own id, so that a repetition has no effect");
        Assert.That(await _app.CountAsync("dead_letter"), Is.Zero);
    }

    [Test]
    public async Task Come_back_when_they_fail_again()
    {
        await _app.PublishAsync(new ThingHappened(Guid.NewGuid()));
        var first = await TheLetterAsync();
        await Box.ReplayAsync(new DeadLetterFilter(MessageType: typeof(ThingHappened).FullName), default);
        var second = await TheLetterAsync();
        Assert.That((second.Id == first.Id, second.MessageId), Is.EqualTo((false, first.MessageId)));
    }

    [Test]
    public async Task May_be_anything_and_can_be_discarded()
    {
        await PublishRawAsync(_app.Queues.Single(), "no JSON at all"u8.ToArray());
        var letter = await TheLetterAsync();
        Assert.That((letter.Source, letter.MessageType, letter.SizeBytes), Is.EqualTo((DeadLetterSource.Error, "unknown", 14)));

        Assert.That(await Box.DiscardAsync(new DeadLetterFilter(Source: DeadLetterSource.Outbox), default), Is.Empty, "the filter names others");
        Assert.That(await Box.DiscardAsync(new DeadLetterFilter([letter.Id]), default), Has.Count.EqualTo(1));
        Assert.That(await Box.FindAsync(letter.Id, default), Is.Null);
    }

    [TestCase("", Description = "caught at the endpoint")]
    [TestCase("_dead", Description = "collected from the broker's queue")]
    public async Task May_be_anything_and_are_kept_byte_for_byte(string ending)
    {
        foreach (var body in Anything.Bodies) await PublishRawAsync(_app.Queues.Single() + ending, body, declare: ending.Length > 0);
        if (ending.Length > 0) await CollectAsync();
        await Eventually.ThatAsync(async () => await _app.CountAsync("dead_letter") == Anything.Bodies.Count, TimeSpan.FromSeconds(30),
            "all are kept");

        var letters = await Box.ListAsync(null, null, null, 100, default);
        var kept = await Task.WhenAll(letters.Select(async letter => (await Box.FindAsync(letter.Id, default))!.Body));
        Assert.That(kept.Select(Hash), Is.EquivalentTo(Anything.Bodies.Select(Hash)));
        Assert.That(letters.Select(letter => letter.MessageType), Has.One.EqualTo("A.\uFFFDB"), "the type with the NUL");
        Assert.That(await Box.DiscardAsync(new DeadLetterFilter(), default), Has.Count.EqualTo(letters.Count));
    }

    [Test]
    public async Task May_have_failed_with_any_text()
    {
        _faults.Text = "a NUL: \0, half a pair: \uD83D, and pairs across the cut: " + string.Concat(Enumerable.Repeat("😀", 2000)) + "x";
        await _app.PublishAsync(new ThingHappened(Guid.NewGuid()));
        var letter = await TheLetterAsync();
        Assert.That(letter.Source, Is.EqualTo(DeadLetterSource.Error));
        Assert.That(letter.Reason, Does.StartWith("System.InvalidOperationException: a NUL: \uFFFD, half a pair: \uFFFD, and"));
        Assert.That(letter.Reason, Does.EndWith("😀"));
        Assert.That(letter.Reason, Has.Length.InRange(StorableLetter.LongestReason - 1, StorableLetter.LongestReason));
    }

    [Test]
    public async Task Wait_in_the_bus_s_queue_while_the_table_cannot_take_them()
    {
        var id = Guid.NewGuid();
        await _app.ExecuteAsync("alter table dead_letter rename to dead_letter_away");
        await _app.PublishAsync(new ThingHappened(id));
        await Eventually.ThatAsync(() => _app.Logs.Lines.Any(line => line.Text.Contains("it waits in the broker's queue")), because: "it could not be kept");
        await _app.ExecuteAsync("alter table dead_letter_away rename to dead_letter");

        var letter = await Eventually.GetAsync(async () =>
        {
            await CollectAsync();
            return (await Box.ListAsync(null, null, null, 2, default)) is [var only] ? only : null;
        }, because: "it is collected");
        Assert.That((letter.Source, letter.Endpoint, letter.Reason),
            Is.EqualTo((DeadLetterSource.Error, _app.Queues.Single(), "System.InvalidOperationException: the cause")));
        Assert.That(Encoding.UTF8.GetString((await Box.FindAsync(letter.Id, default))!.Body), Does.Contain(id.ToString()));
    }

    [Test]
    public async Task And_that_the_broker_gave_up_on_are_fetched_from_its_queue()
    {
        var (queue, id) = (_app.Queues.Single(), Guid.NewGuid());
        await PublishRawAsync(queue + "_dead", Envelope(id), declare: true);
        await CollectAsync();
        var letter = await TheLetterAsync();
        Assert.That((letter.Source, letter.Endpoint, letter.Reason), Is.EqualTo((DeadLetterSource.Dead, queue, "The broker gave up on it: no reason told")));
        Assert.That(_app.Metrics["videogen.dead_letters"], Is.EqualTo(1));

        await CollectAsync();
        Assert.That(await _app.CountAsync("dead_letter"), Is.EqualTo(1), "it was acknowledged");
        _faults.IsMended = true;
        await Box.ReplayAsync(new DeadLetterFilter(Source: DeadLetterSource.Dead), default);
        await Eventually.ThatAsync(async () => await _app.CountAsync("effect where subject = $1", id) == 1, because: "it is handled");
    }

    [Test]
    public async Task And_that_the_outbox_set_aside_are_among_them()
    {
        await _app.ExecuteAsync("""
            insert into outbox (message_id, message_type, destination, content_type, body)
            values (gen_random_uuid(), 'poison', 'no address at all', 'application/json', '{}')
            """);
        await Eventually.ThatAsync(async () => await _app.CountAsync("outbox_set_aside") == 1, because: "it can't be sent");
        await CollectAsync();
        var letter = await TheLetterAsync();
        Assert.That((letter.Source, letter.MessageType, letter.Endpoint), Is.EqualTo((DeadLetterSource.Outbox, "poison", "no address at all")));
        Assert.That(await _app.CountAsync("outbox_set_aside"), Is.Zero);
    }

    [Test]
    public async Task Are_listed_newest_first_and_page_by_page()
    {
        for (var i = 0; i < 5; i++) await _app.PublishAsync(new ThingHappened(Guid.NewGuid()));
        await Eventually.ThatAsync(async () => await _app.CountAsync("dead_letter") == 5, because: "all failed");

        var all = await Box.ListAsync(null, null, null, 10, default);
        var first = await Box.ListAsync(null, null, null, 3, default);
        var second = await Box.ListAsync(null, null, new DeadLetterPosition(first[^1].FailedAt, first[^1].Id), 3, default);
        Assert.That(all.Select(letter => letter.FailedAt), Is.Ordered.Descending);
        Assert.That(first.Concat(second).Select(letter => letter.Id), Is.EqualTo(all.Select(letter => letter.Id)));
    }

    DeadLetterBox Box => _app.Services.GetRequiredService<DeadLetterBox>();

    Task<DeadLetter> TheLetterAsync() => Eventually.GetAsync(
        async () => (await Box.ListAsync(null, null, null, 2, default)) is [var only] ? only : null, because: "the message is a dead letter");

    async Task CollectAsync()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DeadLetterCollection>().RunAsync(CancellationToken.None);
    }

    static string Hash(byte[] body) => Convert.ToHexString(SHA256.HashData(body));

    static byte[] Envelope(Guid id) => Encoding.UTF8.GetBytes($$$"""
        {"messageId":"{{{Guid.NewGuid()}}}","messageType":["urn:message:{{{typeof(ThingHappened).Namespace}}}:{{{nameof(ThingHappened)}}}"],"message":{"id":"{{{id}}}","text":""}}
        """);

    static Task PublishRawAsync(string queue, byte[] body, bool declare = false) => Servers.PublishAsync(queue, body, declare);

    internal sealed class Faults
    {
        public bool IsMended { get; set; }

        public string Text { get; set; } = "the cause";
    }

    internal sealed class Consumer(UnitOfWork work, Faults faults) : IConsumer<ThingHappened>
    {
        public async Task Consume(ConsumeContext<ThingHappened> context)
        {
            await work.EffectAsync(context.Message.Id, "happened");
            if (!faults.IsMended) throw new InvalidOperationException(faults.Text);
        }
    }
}
