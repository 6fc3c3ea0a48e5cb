using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Contracts.Commands;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Saga;

/// <summary>
/// The bus promises at least once and no order. Every message comes five times, shuffled by a seed that a failure names; some under
/// the same message id, which the inbox catches, some under a new one, which the state machine must.
/// </summary>
[TestFixture]
public sealed class Messages_in_any_order
{
    const int Times = 5;

    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _app = await JobsApplication.StartAsync("shuffle");
        _app.Bus.KeepSilent();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task End_every_job_exactly_once()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var account = _app.Account(limits: new JobLimits(100, 100, 0));
        var ids = new List<Guid>();
        for (var i = 0; i < 40; i++) ids.Add((await account.SubmitAsync()).Id);

        await Task.WhenAll(ids.Select(id => SayShuffledAsync(id, account.Id, new Random(random.Next()))));
        // At last everything has arrived in its order too; whoever was not ended by then ends now.
        foreach (var id in ids) await _app.Bus.PublishAsync(Words.Succeeded(id));
        await Task.WhenAll(ids.Select(id => EndAsync(account, id)));

        foreach (var id in ids)
        {
            var job = await account.GetAsync(id);
            var feed = await _app.FeedOfAsync(id);
            var settled = _app.Bus.CommandsOf<CaptureCredits>(id).Count + _app.Bus.CommandsOf<ReleaseCredits>(id).Count;
            Assert.Multiple(() =>
            {
                Assert.That(settled, Is.EqualTo(1), $"seed {seed}: {_app.Bus.NamesOf(id)}");
                Assert.That(_app.Bus.CommandsOf<CaptureCredits>(id).Count == 1, Is.EqualTo(job.Status == JobStatus.Completed), $"seed {seed}");
                Assert.That(feed.Split(' ').Count(type => JobStatus.Ends.Contains(type)), Is.EqualTo(1), $"seed {seed}: {feed}");
                Assert.That(feed, Does.StartWith("queued").And.EndsWith(job.Status), $"seed {seed}");
                Assert.That(_app.Bus.CommandsOf<StartGeneration>(id), Has.Count.EqualTo(1), $"seed {seed}");
            });
        }
        Assert.That(await _app.FaultsAsync(), Is.Empty, $"seed {seed}");
        await AssertNothingWasThrownAwayAsync();
    }

    [Test]
    public async Task After_the_end_change_nothing([ValueSource(typeof(JobInState), nameof(JobInState.Ended))] string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        var before = await job.Account.GetAsync(job.Id);
        foreach (var message in Everything(job.Id, job.Account.Id)) await job.SayAsync(message);
        // The saga takes the messages of a job one after another; a marker that it must discard tells that all were taken.
        await Eventually.ThatAsync(async () => await _app.Database.ScalarAsync<long>(
            "select count(*) from inbox where received_at >= $1", before.EndedAt!.Value.UtcDateTime) >= Everything(job.Id, job.Account.Id).Count);
        var after = await job.Account.GetAsync(job.Id);
        Assert.Multiple(async () =>
        {
            Assert.That(after.Version, Is.EqualTo(before.Version));
            Assert.That(after.Status, Is.EqualTo(before.Status));
            Assert.That(await job.SagaStateAsync(), Is.EqualTo(state));
            Assert.That(_app.Bus.CommandsOf<CaptureCredits>(job.Id).Count + _app.Bus.CommandsOf<ReleaseCredits>(job.Id).Count, Is.EqualTo(1));
        });
        await AssertNothingWasThrownAwayAsync();
    }

    [Test]
    public async Task After_the_saga_is_forgotten_the_row_still_absorbs_them()
    {
        var job = await JobInState.ReachAsync(_app, "Completed");
        await _app.Bus.WaitForAsync<CaptureCredits>(job.Id);
        await _app.Database.ExecuteAsync("update job set created_at = created_at - interval '9 days', slot_at = slot_at - interval '9 days', "
            + "started_at = started_at - interval '9 days', ended_at = ended_at - interval '9 days' where id = $1", job.Id);
        await _app.Database.ExecuteAsync("update saga set updated_at = updated_at - interval '9 days' where id = $1", job.Id);
        await _app.Database.ExecuteAsync("update due_work set due_at = now() where kind = 'saga-retention'");
        await Eventually.ThatAsync(async () => await job.SagaStateAsync() is null);

        var before = await job.Account.GetAsync(job.Id);
        var since = await _app.Database.ScalarAsync<DateTime>("select now()");
        var commands = _app.Bus.CommandsOf(job.Id).Count;
        foreach (var message in Everything(job.Id, job.Account.Id)) await job.SayAsync(message);
        // Those that may begin a saga are handled; the others find none and are dropped.
        await Eventually.ThatAsync(async () => await _app.Database.ScalarAsync<long>("select count(*) from inbox where received_at >= $1", since) >= 5);
        await Eventually.ThatAsync(async () => await _app.Database.ScalarAsync<long>("select count(*) from outbox") == 0);
        Assert.Multiple(async () =>
        {
            Assert.That((await job.Account.GetAsync(job.Id)).Version, Is.EqualTo(before.Version));
            Assert.That(_app.Bus.CommandsOf(job.Id).Skip(commands), Has.None.InstanceOf<StartGeneration>().And.None.InstanceOf<CaptureCredits>().And.None.InstanceOf<ReleaseCredits>());
        });
        await AssertNothingWasThrownAwayAsync();
    }

    async Task SayShuffledAsync(Guid id, Guid accountId, Random random)
    {
        var bag = new List<(object Message, Guid Id)>();
        foreach (var message in Everything(id, accountId).Where(_ => random.Next(4) > 0))
        {
            var known = Guid.NewGuid();
            for (var time = 0; time < Times; time++) bag.Add((message, random.Next(2) == 0 ? known : Guid.NewGuid()));
        }
        var shuffled = bag.ToArray();
        random.Shuffle(shuffled);
        foreach (var (message, messageId) in shuffled) await _app.Bus.PublishAsync(message, messageId);
    }

    async Task EndAsync(TestAccount account, Guid id)
    {
        await Eventually.ThatAsync(async () =>
        {
            var job = await account.GetAsync(id);
            if (JobStatus.Ends.Contains(job.Status)) return true;
            if (job.Status == JobStatus.Storing) await _app.Bus.PublishAsync(Words.Ingested(id));
            else if (job.Status == JobStatus.Cancelling) await _app.Bus.PublishAsync(new GenerationCancelled(id, Words.AttemptOf(id)));
            else await _app.Bus.PublishAsync(Words.Succeeded(id));
            return false;
        }, TimeSpan.FromSeconds(30));
        await Eventually.ThatAsync(() => _app.Bus.CommandsOf<CaptureCredits>(id).Count + _app.Bus.CommandsOf<ReleaseCredits>(id).Count > 0);
    }

    async Task AssertNothingWasThrownAwayAsync()
    {
        Assert.That(await _app.Database.ScalarAsync<long>("select count(*) from dead_letter"), Is.Zero, "dead letters");
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = new Uri(TestServers.RabbitMqUri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in (string[])["job_error", "job_skipped", "job_dead"])
        {
            foreach (var name in (string[])[_app.Bus.Prefix + queue, _app.Bus.Prefix + "-" + queue])
                Assert.That(await CountAsync(connection, name), Is.Zero, name);
        }
    }

    /// <summary>0 also for a queue that was never needed.</summary>
    static async Task<uint> CountAsync(RabbitMQ.Client.IConnection connection, string queue)
    {
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return 0;
        }
    }

    static List<object> Everything(Guid id, Guid accountId) =>
    [
        new BeginJob(id, accountId, HasSlot: true), new UseSlot(id, accountId), new CancelJob(id, accountId),
        new EndOverdueJob(id, accountId, DateTimeOffset.UtcNow.AddDays(-1)), new HoldLost(id, accountId),
        Words.Started(id), Words.Progressed(id, 1, 10), Words.Progressed(id, 2, 50), Words.Progressed(id, 3, 90),
        new GenerationUnknown(id, Words.AttemptOf(id)), Words.Succeeded(id), new GenerationFailed(id, Words.AttemptOf(id), "provider_failed", "It broke."),
        new GenerationCancelled(id, Words.AttemptOf(id)), Words.Ingested(id), Words.NotIngested(id, 1, linkExpired: true),
        new CreditsCaptured(id, accountId),
    ];
}
