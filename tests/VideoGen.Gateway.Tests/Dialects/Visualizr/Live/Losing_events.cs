using VideoGen.Gateway.Dialects.Visualizr.Live;
using VideoGen.Jobs.Contracts;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Dialects.Visualizr.Live;

[TestFixture]
public sealed class Losing_events
{
    [Test]
    public async Task Nobody_hangs_when_nothing_is_ever_heard()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false, settings: "Dialects:Visualizr:Live:Recheck=00:00:00.3");
        var key = world.NewKey();
        var clients = new List<(LiveClient Client, JobView Job)>();
        for (var n = 0; n < 20; n++) clients.Add((await world.ConnectAsync(key), world.Add(key, one => LiveWorld.Running(one, 1))));
        foreach (var (client, job) in clients) await client.SubscribeAsync(job);
        foreach (var (client, _) in clients) Assert.That(await client.ReceiveAsync(), Does.Contain("\"progress\":1,"));
        foreach (var (_, job) in clients) world.Change(job, LiveWorld.Completed);
        foreach (var (client, _) in clients)
        {
            Assert.That(await client.ReceiveAsync(), Does.Contain("completed"));
            await client.AssertSilentAsync();
            await client.DisposeAsync();
        }
        Assert.That(world.Asked, Is.LessThan(20), "many at a time");
    }

    [Test]
    public async Task Who_subscribes_while_Jobs_is_away_is_answered_when_it_is_back()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false);
        var key = world.NewKey();
        world.JobsIsAway = true;
        await using var client = await world.ConnectAsync(key);
        await client.SubscribeAsync(world.Add(key, LiveWorld.Completed));
        await Eventually.ThatAsync(() => world.Asked >= 2, because: "it is asked again");
        world.JobsIsAway = false;
        Assert.That(await client.ReceiveAsync(), Does.Contain("completed"));
    }

    [Test]
    public async Task Two_gateways_both_tell_and_each_subscription_ends_once()
    {
        await using var world = await LiveWorld.StartAsync(gateways: 2, settings: "Dialects:Visualizr:Live:Recheck=00:00:00.2");
        var key = world.NewKey();
        var jobs = Enumerable.Range(0, 5).Select(_ => world.Add(key)).ToList();
        var clients = new List<LiveClient>();
        for (var n = 0; n < 10; n++) clients.Add(await world.ConnectAsync(key, gateway: n % 2));
        foreach (var client in clients)
            foreach (var job in jobs) await client.SubscribeAsync(job);
        var readers = clients.Select(async client =>
        {
            var messages = new List<string>();
            while (messages.Count(message => message.Contains("\"completed\"")) < jobs.Count) messages.Add((await client.ReceiveAsync())!);
            await client.AssertSilentAsync();
            return messages;
        }).ToList();
        for (var percent = 10; percent <= 90; percent += 10) await Task.WhenAll(jobs.Select(job => world.TellAsync(job, one => LiveWorld.Running(one, percent))));
        await Task.WhenAll(jobs.Select(job => world.TellAsync(job, LiveWorld.Completed)));
        foreach (var messages in await Task.WhenAll(readers))
        {
            Assert.That(messages.Count(message => message.Contains("\"completed\"")), Is.EqualTo(jobs.Count));
            foreach (var job in jobs)
            {
                var mine = messages.Where(message => message.Contains(job.Id.ToString())).ToList();
                Assert.That(mine[^1], Does.Contain("\"completed\""));
                Assert.That(mine.SkipLast(1).Select(PercentOf), Is.Ordered.And.Unique);
            }
        }
        foreach (var gateway in world.Gateways) Assert.That(gateway.Get<LiveJobs>().Count, Is.Zero);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Test]
    public async Task A_client_that_does_not_read_holds_nobody_up_and_misses_no_end()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false);
        var key = world.NewKey();
        await using var slow = await world.ConnectAsync(key);
        await using var quick = await world.ConnectAsync(key);
        var jobs = Enumerable.Range(0, 1000).Select(_ => world.Add(key, one => LiveWorld.Running(one, 0))).ToList();
        foreach (var job in jobs) await slow.SubscribeAsync(job);
        await Eventually.ThatAsync(() => world.Gateway.Get<LiveJobs>().All.Count(watch => watch.News is not null) == jobs.Count, TimeSpan.FromSeconds(20));
        await quick.SubscribeAsync(jobs[0]);
        await quick.ReceiveAsync();

        const int Rounds = 200;
        for (var round = 1; round <= Rounds; round++)
            foreach (var job in jobs) Apply(world, job, one => LiveWorld.Running(one, 50) with { Progress = new JobProgress(50, "frame_generation", null) });
        Apply(world, jobs[0], LiveWorld.Completed);
        foreach (var job in jobs.Skip(1)) Apply(world, job, LiveWorld.Completed);
        var quickly = await quick.ReceiveUntilAsync(message => message.Contains("completed"));
        Assert.That(quickly, Has.Count.GreaterThan(0));

        var ends = new List<string>();
        var messages = 0;
        while (ends.Count < jobs.Count)
        {
            var message = (await slow.ReceiveAsync())!;
            messages++;
            if (message.Contains("\"completed\"")) ends.Add(message.Split("video_req_")[1][..36]);
        }
        Assert.That(ends, Is.Unique);
        Assert.That(messages, Is.LessThan(Rounds * jobs.Count), "only the newest was kept for it");
        await slow.AssertSilentAsync();
    }

    [Test]
    public async Task A_client_that_takes_nothing_for_long_is_cut_off()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false, settings: "Dialects:Visualizr:Live:SendTimeout=00:00:01");
        var key = world.NewKey();
        await using var slow = await world.ConnectAsync(key);
        var jobs = Enumerable.Range(0, 1000).Select(_ => world.Add(key, one => LiveWorld.Running(one, 0))).ToList();
        foreach (var job in jobs) await slow.SubscribeAsync(job);
        await Eventually.ThatAsync(() => world.Gateway.Get<LiveJobs>().All.Count(watch => watch.News is not null) == jobs.Count, TimeSpan.FromSeconds(20));
        await Eventually.ThatAsync(() =>
        {
            foreach (var job in jobs) Apply(world, job, one => LiveWorld.Running(one, 50));
            return world.Gateway.Get<LiveSockets>().Count == 0;
        }, TimeSpan.FromSeconds(60), "it is cut off");
        Assert.That(world.Gateway.Get<LiveJobs>().Count, Is.Zero);
    }

    static void Apply(LiveWorld world, JobView job, Func<JobView, JobView> change)
    {
        foreach (var watch in world.Gateway.Get<LiveJobs>().Find(job.Id, world.AccountOfJob(job), test: false))
            watch.Apply(LiveNews.Of(world.Change(job, change)));
    }

    static int PercentOf(string message) => int.Parse(message.Split("\"progress\":")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
}
