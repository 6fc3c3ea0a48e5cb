using System.Net;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Tests.Feed;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Testing;
using JobsOf = VideoGen.Jobs.Tests.Feed.Jobs;

namespace VideoGen.Jobs.Tests.Live;

[TestFixture]
public sealed class Streaming_events
{
    FeedApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await FeedApplication.StartAsync("live", ("Jobs:Live:Heartbeat", "00:00:00.4"), ("Jobs:Live:StreamsPerAccount", "3"));

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    async Task<(Guid Account, Guid Job)> QueuedAsync()
    {
        var (account, job) = (Guid.NewGuid(), Guid.CreateVersion7());
        await _app.KeepJobAsync(account, job);
        await _app.AppendAsync(account, EventTypes.Queued, JobsOf.New(job));
        return (account, job);
    }

    [Test]
    public async Task A_jobs_stream_tells_its_whole_life_and_ends()
    {
        var (account, job) = await QueuedAsync();
        using var http = _app.As(account);
        await using var stream = await EventReader.OpenAsync(http, $"/v1/jobs/{job}/events");
        var first = await stream.NextEventAsync();

        await _app.AppendAsync(account, EventTypes.Progressed, JobsOf.New(job, "running", 2));
        var second = await stream.NextEventAsync();
        await _app.AppendAsync(account, EventTypes.Completed, JobsOf.New(job, "completed", 3));
        var third = await stream.NextEventAsync();

        Assert.That(new[] { first!.Type, second!.Type, third!.Type }, Is.EqualTo(new[] { "job.queued", "job.progressed", "job.completed" }));
        Assert.That(first.Body, Does.StartWith("{\"type\":\"job.queued\",\"timestamp\":\"").And.Contain("a café ✓ by night"));
        Assert.That(FeedCursor.TryParse(third.Id, out _), Is.True);
        Assert.That(await stream.NextEventAsync(), Is.Null, "the stream ends after the job's last event");
    }

    [Test]
    public async Task A_client_that_comes_back_gets_what_it_missed_and_nothing_twice()
    {
        var (account, job) = await QueuedAsync();
        using var http = _app.As(account);
        string id;
        await using (var stream = await EventReader.OpenAsync(http, $"/v1/jobs/{job}/events")) id = (await stream.NextEventAsync())!.Id!;
        await _app.AppendAsync(account, EventTypes.Started, JobsOf.New(job, "running", 2));
        await _app.AppendAsync(account, EventTypes.Failed, JobsOf.New(job, "failed", 3));
        await _app.EndJobAsync(job);

        await using var resumed = await EventReader.OpenAsync(http, $"/v1/jobs/{job}/events", id);
        var missed = new[] { await resumed.NextEventAsync(), await resumed.NextEventAsync() };

        Assert.That(missed.Select(entry => entry!.Type), Is.EqualTo(new[] { "job.started", "job.failed" }));
        Assert.That(await resumed.NextEventAsync(), Is.Null);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{job}/events") { Headers = { { "Last-Event-ID", missed[1]!.Id } } };
        Assert.That((await http.SendAsync(request)).StatusCode, Is.EqualTo(HttpStatusCode.NoContent), "204 tells a browser to stop coming back");
    }

    [Test]
    public async Task The_accounts_stream_begins_now_and_tells_of_every_job()
    {
        var (account, job) = await QueuedAsync();
        await Eventually.ThatAsync(async () => (await _app.Reader.ReadAsync(World.Both(account), FeedCursor.Start, 10,
            types: null, default)).Count == 1);
        using var http = _app.As(account);
        await using var stream = await EventReader.OpenAsync(http, "/v1/events/stream");
        await _app.AppendAsync(account, EventTypes.Completed, JobsOf.New(job, "completed", 2));
        await _app.AppendAsync(account, EventTypes.Queued, JobsOf.New());

        Assert.That((await stream.NextEventAsync())!.Type, Is.EqualTo("job.completed"));
        Assert.That((await stream.NextEventAsync())!.Type, Is.EqualTo("job.queued"), "the end of one job does not end the account's stream");
    }

    [Test]
    public async Task Silence_is_filled_with_comments()
    {
        var (account, job) = await QueuedAsync();
        using var http = _app.As(account);
        await using var stream = await EventReader.OpenAsync(http, $"/v1/jobs/{job}/events");
        await stream.NextEventAsync();
        Assert.That(await stream.NextAsync(), Is.EqualTo(new SentEvent(null, null, null, "heartbeat")));
    }

    [Test]
    public async Task A_lost_wake_up_only_delays()
    {
        var (account, job) = await QueuedAsync();
        // On a bus of its own: this instance's events wake nobody else.
        await using var deaf = await _app.AnotherAsync(TestServers.NewBusPrefix("live_deaf"));
        using var http = deaf.As(account);
        await using var stream = await EventReader.OpenAsync(http, $"/v1/jobs/{job}/events");
        await stream.NextEventAsync();
        await _app.AppendAsync(account, EventTypes.Cancelled, JobsOf.New(job, "cancelled", 2));
        Assert.That((await stream.NextEventAsync())!.Type, Is.EqualTo("job.cancelled"));
    }

    [Test]
    public async Task Another_instance_is_woken_over_the_bus()
    {
        await using var other = await _app.AnotherAsync();
        var (account, job) = (Guid.NewGuid(), Guid.CreateVersion7());
        var waiting = other.Signals.WaitAsync(job, knownVersion: 1, TimeSpan.FromMinutes(2), CancellationToken.None);
        var version = 1;
        // Its queue is there some time after its start; what was sent before that is lost, as it may be.
        await Eventually.ThatAsync(async () =>
        {
            await _app.AppendAsync(account, EventTypes.Progressed, JobsOf.New(job, "running", ++version));
            return waiting.IsCompletedSuccessfully;
        });
    }

    [Test]
    public async Task Someone_elses_job_is_like_a_missing_one()
    {
        var (_, job) = await QueuedAsync();
        using var http = _app.As(Guid.NewGuid());
        var foreign = await (await http.GetAsync($"/v1/jobs/{job}/events")).JsonAsync(404);
        var missing = await (await http.GetAsync($"/v1/jobs/{Guid.NewGuid()}/events")).JsonAsync(404);
        Assert.That(foreign.GetProperty("detail").GetString(), Is.EqualTo(missing.GetProperty("detail").GetString()));
        Assert.That((int)(await http.GetAsync("/v1/jobs/nonsense/events")).StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task A_last_event_id_that_is_none_of_ours_is_refused()
    {
        using var http = _app.As(Guid.NewGuid());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events/stream") { Headers = { { "Last-Event-ID", "42" } } };
        await (await http.SendAsync(request)).JsonAsync(400);
    }

    [Test]
    public async Task An_account_may_have_so_many_streams_and_no_more()
    {
        using var http = _app.As(Guid.NewGuid());
        var open = new List<EventReader>();
        for (var n = 0; n < 3; n++) open.Add(await EventReader.OpenAsync(http, "/v1/events/stream"));
        Assert.That((int)(await http.GetAsync("/v1/events/stream")).StatusCode, Is.EqualTo(429));
        foreach (var stream in open) await stream.DisposeAsync();
        await Eventually.ThatAsync(async () =>
        {
            using var answer = await http.GetAsync("/v1/events/stream", HttpCompletionOption.ResponseHeadersRead);
            return (int)answer.StatusCode == 200;
        });
    }
}
