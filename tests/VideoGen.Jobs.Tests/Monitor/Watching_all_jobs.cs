using System.Net;
using System.Net.Http.Json;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Monitor;

[TestFixture]
public sealed class Watching_all_jobs
{
    JobsApplication _app = null!;
    HttpClient _inside = null!;

    [SetUp]
    public async Task Start()
    {
        _app = await JobsApplication.StartAsync("monitor");
        _inside = new HttpClient { BaseAddress = new Uri(_app.Address) };
        _inside.DefaultRequestHeaders.Add(CallerToken.Header, _app.Token(caller: null));
    }

    [TearDown]
    public async Task Stop()
    {
        _inside.Dispose();
        await _app.DisposeAsync();
    }

    [Test]
    public async Task Shows_those_of_every_account_newest_first_page_by_page()
    {
        _app.Bus.KeepSilent();
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++) ids.Add((await _app.Account().SubmitAsync()).Id);
        ids.Reverse();
        var first = await ListAsync("limit=3");
        var second = await ListAsync($"limit=3&before={ids[2]}");
        var since = await ListAsync($"from={ids[1]}");
        var named = await ListAsync($"ids={ids[4]},{Guid.CreateVersion7()}");
        Assert.Multiple(() =>
        {
            Assert.That((IdsOf(first), first.HasMore), Is.EqualTo((string.Join(' ', ids[..3]), true)));
            Assert.That((IdsOf(second), second.HasMore), Is.EqualTo((string.Join(' ', ids[3..]), false)));
            Assert.That(IdsOf(since), Is.EqualTo(string.Join(' ', ids[..2])));
            Assert.That(IdsOf(named), Is.EqualTo(ids[4].ToString()));
        });
    }

    [Test]
    public async Task Leaves_out_what_was_deleted()
    {
        _app.Bus.KeepSilent();
        var account = _app.Account();
        var id = (await account.SubmitAsync()).Id;
        using var deleted = await account.Client.DeleteAsync($"/v1/jobs/{id}");
        Assert.That((IdsOf(await ListAsync("")), IdsOf(await ListAsync($"ids={id}"))), Is.EqualTo(("", "")));
    }

    [Test]
    public async Task Tells_the_story_that_the_feed_told()
    {
        var job = await JobInState.ReachAsync(_app, "Running");
        await job.SayAsync(Words.Progressed(job.Id, 1, 40));
        await Eventually.ThatAsync(async () => (await job.Account.GetAsync(job.Id)).Progress.Percent == 40);
        var story = (await ListAsync($"ids={job.Id}")).Jobs.Single().Changes;
        Assert.Multiple(() =>
        {
            Assert.That(story.Select(change => change.Type), Is.EqualTo(new[] { "job.queued", "job.started", "job.progressed" }));
            Assert.That(story[^1].Progress.Percent, Is.EqualTo(40));
            Assert.That(story.Select(change => change.At), Is.Ordered.And.All.GreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5)));
        });
    }

    [TestCase("queued", "Queued")]
    [TestCase("starting,running,storing,cancelling", "Running")]
    [TestCase("completed", "Completed")]
    [TestCase("failed", "Failed")]
    [TestCase("cancelled", "Cancelled")]
    public async Task Filters_by_state_and_counts(string statuses, string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        var others = string.Join(',', JobStatus.All.Except(statuses.Split(',')));
        var counts = (await PulseAsync("")).Tallies;
        Assert.Multiple(async () =>
        {
            Assert.That(IdsOf(await ListAsync("status=" + statuses)), Is.EqualTo(job.Id.ToString()));
            Assert.That(IdsOf(await ListAsync("status=" + others)), Is.Empty);
            Assert.That(counts, Is.EqualTo(new JobTallies(
                state == "Queued" ? 1 : 0, state == "Running" ? 1 : 0, state == "Completed" ? 1 : 0, state == "Failed" ? 1 : 0)));
        });
    }

    [TestCase("Queued")]
    [TestCase("Running")]
    [TestCase("Completed")]
    [TestCase("Failed")]
    [TestCase("Cancelled")]
    public async Task The_pulse_names_what_changed_with_its_version(string state)
    {
        var before = (await PulseAsync("")).At;
        var job = await JobInState.ReachAsync(_app, state);
        var view = await job.Account.GetAsync(job.Id);
        var pulse = await PulseAsync($"since={Uri.EscapeDataString(before.ToString("O"))}");
        var later = await PulseAsync($"since={Uri.EscapeDataString(pulse.At.ToString("O"))}");
        Assert.Multiple(() =>
        {
            Assert.That(pulse.Changed, Is.EqualTo(new[] { new JobVersion(job.Id, view.Version) }));
            Assert.That(later.Changed, Is.Empty);
        });
    }

    [TestCase("jobs?status=nonsense")]
    [TestCase("jobs?before=nonsense")]
    [TestCase("jobs?limit=501")]
    [TestCase("jobs?ids=1,2")]
    [TestCase("pulse?since=yesterday")]
    public async Task Nonsense_is_refused(string question)
    {
        using var answer = await _inside.GetAsync("/internal/monitor/" + question);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCase("jobs")]
    [TestCase("pulse")]
    public async Task Is_for_our_own_processes(string what)
    {
        using var stranger = new HttpClient { BaseAddress = new Uri(_app.Address) };
        using var answer = await stranger.GetAsync("/internal/monitor/" + what);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    async Task<MonitoredJobs> ListAsync(string query) => (await _inside.GetFromJsonAsync<MonitoredJobs>("/internal/monitor/jobs?" + query, ApiJson.Options))!;

    async Task<MonitorPulse> PulseAsync(string query) => (await _inside.GetFromJsonAsync<MonitorPulse>("/internal/monitor/pulse?" + query, ApiJson.Options))!;

    static string IdsOf(MonitoredJobs jobs) => string.Join(' ', jobs.Jobs.Select(one => one.Job.Id));
}
