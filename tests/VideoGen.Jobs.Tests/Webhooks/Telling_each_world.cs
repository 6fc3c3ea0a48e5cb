using System.Text.Json;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Tests.Feed;
using VideoGen.Testing;
using JobsOf = VideoGen.Jobs.Tests.Feed.Jobs;

namespace VideoGen.Jobs.Tests.Webhooks;

/// <summary>Test and live: an endpoint, its deliveries and the secrets belong to one of them.</summary>
[TestFixture]
public sealed class Telling_each_world() : WebhookFixture("hooks_worlds")
{
    [Test]
    public async Task An_endpoint_is_told_of_the_jobs_of_its_own_world_alone()
    {
        var account = Guid.NewGuid();
        foreach (var test in (bool[])[false, true])
        {
            using var http = App.In(account, test);
            var url = Sink.Url();
            var endpoint = await (await http.PostAsync("/v1/webhooks/endpoints", new { url })).JsonAsync(201);
            var (own, other) = (JobsOf.New(), JobsOf.New());
            await App.AppendAsync(account, EventTypes.Completed, other, test: !test);
            await App.AppendAsync(account, EventTypes.Completed, own, test: test);

            var told = JsonSerializer.Deserialize<JsonElement>((await Sink.WaitAsync(url)).Single().Body);
            var deliveries = (await http.GetJsonAsync(
                $"/v1/webhooks/deliveries?endpoint_id={endpoint.GetProperty("id").GetGuid()}")).GetProperty("data");
            Assert.Multiple(() =>
            {
                Assert.That(endpoint.GetProperty("test").GetBoolean(), Is.EqualTo(test));
                Assert.That(told.GetProperty("data").GetProperty("id").GetGuid(), Is.EqualTo(own.Id));
                Assert.That(deliveries.EnumerateArray().Select(row => (row.GetProperty("job_id").GetGuid(),
                    row.GetProperty("test").GetBoolean())),
                    Is.EqualTo(new[] { (own.Id, test) }));
            });
        }
    }

    [Test]
    public async Task A_session_sees_both_marked_and_makes_live_ones()
    {
        var account = Guid.NewGuid();
        using var session = App.In(account, test: null);
        using var test = App.In(account, test: true);
        var made = await (await session.PostAsync("/v1/webhooks/endpoints", new { url = Sink.Url() })).JsonAsync(201);
        await (await test.PostAsync("/v1/webhooks/endpoints", new { url = Sink.Url() })).JsonAsync(201);
        var seen = (await session.GetJsonAsync("/v1/webhooks/endpoints")).GetProperty("data").EnumerateArray();
        Assert.That(made.GetProperty("test").GetBoolean(), Is.False);
        Assert.That(seen.Select(one => one.GetProperty("test").GetBoolean()), Is.EqualTo(new[] { false, true }));
    }

    [Test]
    public async Task A_test_jobs_own_url_is_signed_with_a_secret_that_says_nothing_of_the_live_one()
    {
        var account = Guid.NewGuid();
        var urls = new Dictionary<bool, string>();
        foreach (var test in (bool[])[false, true]) await App.AppendAsync(account, EventTypes.Completed, JobsOf.New(),
            urls[test] = Sink.Url(), test);
        var (live, tests) = (await SecretAsync(account, test: false), await SecretAsync(account, test: true));
        var (liveSent, testSent) = ((await Sink.WaitAsync(urls[false])).Single(), (await Sink.WaitAsync(urls[true])).Single());
        Assert.That(
            (liveSent.IsSignedWith(live), liveSent.IsSignedWith(tests), testSent.IsSignedWith(live), testSent.IsSignedWith(tests)),
            Is.EqualTo((true, false, false, true)));
        Assert.That(await SecretAsync(account, test: null), Is.EqualTo(live));
    }

    [Test]
    public async Task Another_world_has_room_of_its_own()
    {
        var account = Guid.NewGuid();
        using var live = App.In(account, test: false);
        using var test = App.In(account, test: true);
        for (var number = 0; number < 20; number++) await (await live.PostAsync("/v1/webhooks/endpoints",
            new { url = Sink.Url() })).JsonAsync(201);
        await (await live.PostAsync("/v1/webhooks/endpoints", new { url = Sink.Url() })).JsonAsync(409);
        await (await test.PostAsync("/v1/webhooks/endpoints", new { url = Sink.Url() })).JsonAsync(201);
    }

    /// <summary>What the release before makes says nothing of worlds.</summary>
    [Test]
    public async Task An_endpoint_from_before_is_live()
    {
        var (account, url) = (Guid.NewGuid(), Sink.Url());
        await App.Database.ExecuteAsync(
            "insert into webhook_endpoint (id, account_id, url, events) values ($1, $2, $3, array['*'])",
                Guid.CreateVersion7(), account, url);
        var own = JobsOf.New();
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New(), test: true);
        await App.AppendAsync(account, EventTypes.Completed, own);
        var told = JsonSerializer.Deserialize<JsonElement>((await Sink.WaitAsync(url)).Single().Body);
        Assert.That(told.GetProperty("data").GetProperty("id").GetGuid(), Is.EqualTo(own.Id));
    }

    [Test]
    public async Task The_feed_of_a_world_has_its_own_events_alone()
    {
        var account = Guid.NewGuid();
        var jobs = new Dictionary<bool, Guid>();
        foreach (var test in (bool[])[false, true])
        {
            var job = JobsOf.New();
            jobs[test] = job.Id;
            await App.AppendAsync(account, EventTypes.Queued, job, test: test);
        }
        foreach (var (test, expected) in new (bool?, Guid[])[] { (false, [jobs[false]]), (true, [jobs[true]]),
            (null, [jobs[false], jobs[true]]) })
        {
            using var http = App.In(account, test);
            IEnumerable<Guid> seen = [];
            await Eventually.ThatAsync(async () =>
            {
                var page = await http.GetJsonAsync("/v1/events");
                seen = [.. page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("data").GetProperty("id").GetGuid())];
                return seen.Any();
            }, because: "older transactions end");
            Assert.That(seen, Is.EqualTo(expected));
        }
    }

    async Task<string> SecretAsync(Guid account, bool? test)
    {
        using var http = App.In(account, test);
        return (await http.GetJsonAsync("/v1/webhooks/signing-secret")).GetProperty("secret").GetString()!;
    }
}
