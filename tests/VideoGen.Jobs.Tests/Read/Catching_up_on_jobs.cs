using System.Net;
using System.Net.Http.Json;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Tests.Read;

[TestFixture]
public sealed class Catching_up_on_jobs
{
    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("changed");

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task Tells_what_is_newer_and_what_is_gone_and_nothing_else()
    {
        var (mine, theirs) = (_app.Account(), _app.Account());
        var ended = await mine.EndOfAsync((await mine.SubmitAsync()).Id);
        var known = await mine.EndOfAsync((await mine.SubmitAsync()).Id);
        var deleted = await mine.EndOfAsync((await mine.SubmitAsync()).Id);
        (await mine.Client.DeleteAsync($"/v1/jobs/{deleted.Id}")).Dispose();
        var foreign = await theirs.SubmitAsync();
        var unknown = Guid.CreateVersion7();

        using var answer = await PostAsync(new KnownJobs(
        [
            new(ended.Id, mine.Id, ended.Version - 1), new(known.Id, mine.Id, known.Version), new(deleted.Id, mine.Id, 0), new(foreign.Id, mine.Id, 0),
            new(unknown, mine.Id, 0),
        ]));
        var news = await TestAccount.ReadAsync<ChangedJobs>(answer);
        Assert.That(news.Jobs.Select(job => (job.Id, job.Status, job.Version)), Is.EqualTo(new[] { (ended.Id, JobStatus.Completed, ended.Version) }));
        Assert.That(news.Jobs[0].Output, Is.Not.Null);
        Assert.That(news.Gone, Is.EquivalentTo(new[] { deleted.Id, foreign.Id, unknown }));
    }

    [Test]
    public async Task Takes_a_thousand_at_a_time()
    {
        KnownJob[] many = [.. Enumerable.Range(0, 1001).Select(_ => new KnownJob(Guid.CreateVersion7(), Guid.Empty, 0))];
        using var tooMany = await PostAsync(new KnownJobs(many));
        Assert.That(tooMany.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        using var all = await PostAsync(new KnownJobs(many[..1000]));
        Assert.That((await TestAccount.ReadAsync<ChangedJobs>(all)).Gone, Has.Count.EqualTo(1000));
    }

    [Test]
    public async Task Is_for_our_own_processes_only()
    {
        using var client = new HttpClient { BaseAddress = new Uri(_app.Address) };
        using var answer = await client.PostAsJsonAsync("/internal/jobs/changed", new KnownJobs([]), ApiJson.Options);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    async Task<HttpResponseMessage> PostAsync(KnownJobs known)
    {
        using var client = new HttpClient { BaseAddress = new Uri(_app.Address) };
        client.DefaultRequestHeaders.Add(CallerToken.Header, _app.Token(caller: null));
        return await client.PostAsJsonAsync("/internal/jobs/changed", known, ApiJson.Options);
    }
}
