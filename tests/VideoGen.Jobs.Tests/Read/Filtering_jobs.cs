using System.Net;
using System.Net.Http.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Tests.Harness;

namespace VideoGen.Jobs.Tests.Read;

/// <summary>Lists by mode and metadata, for accounts and for operators; and HEAD, which asks for everything but the body.</summary>
[TestFixture]
public sealed class Filtering_jobs
{
    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _app = await JobsApplication.StartAsync("filtering");
        _app.Bus.KeepSilent();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task Finds_exactly_the_jobs_whose_metadata_has_all_that_was_asked_for()
    {
        string[] keys = ["customer", "Customer", "a[b]", "a:b", "ä 🎬", "\"quoted\""];
        string[] values = ["", "1", "01", "{\"x\":1}", "%_", "ä 🎬"];
        var random = new Random(11);
        var account = _app.Account(limits: new JobLimits(0, 100, 10));
        var jobs = new List<JobView>();
        for (var i = 0; i < 24; i++)
            jobs.Add(await account.SubmitAsync(new { model = "wan", input = new { prompt = "a cat" }, metadata = Some(4) }));

        for (var round = 0; round < 60; round++)
        {
            var asked = Some(2);
            var query = string.Concat(asked.Select(pair =>
                $"&{Uri.EscapeDataString($"metadata[{pair.Key}]")}={Uri.EscapeDataString(pair.Value)}"));
            var right = jobs.Where(job => asked.All(pair => job.Metadata.GetValueOrDefault(pair.Key) == pair.Value)).Select(job => job.Id);
            Assert.That(await IdsAsync(account, "?limit=200" + query), Is.EquivalentTo(right), query);
        }

        Dictionary<string, string> Some(int most) => Enumerable.Range(0, random.Next(most + 1)).Select(_ => keys[random.Next(keys.Length)])
            .Distinct(StringComparer.Ordinal).ToDictionary(key => key, _ => values[random.Next(values.Length)], StringComparer.Ordinal);
    }

    [TestCase("metadata=x", "metadata")]
    [TestCase("metadata[]=x", "metadata[]")]
    [TestCase("metadata[a]=1&metadata[a]=1&mode=both", "metadata[a]", "mode")]
    [TestCase("mode=test,live", "mode")]
    [TestCase("status=queued,&kind=&model=", "kind", "model", "status")]
    [TestCase("created_after=yesterday&created_before=2026-02-30T00:00:00Z&ended_after=2026-01-01T00:00:00&ended_before=0",
        "created_after", "created_before", "ended_after", "ended_before")]
    public async Task Names_what_is_wrong_with_a_filter(string query, params string[] fields)
    {
        using var answer = await _app.Account().Client.GetAsync("/v1/jobs?" + query);
        Assert.That((await TestAccount.ReadAsync<Problem>(answer)).Errors!.Keys, Is.EquivalentTo(fields));
    }

    [Test]
    public async Task Answers_a_word_that_it_does_not_know_with_those_that_it_knows()
    {
        using var answer = await _app.Account().Client.GetAsync("/v1/jobs?status=done&kind=film,video&mode=both");
        var errors = (await TestAccount.ReadAsync<Problem>(answer)).Errors!;
        Assert.Multiple(() =>
        {
            Assert.That(errors["status"].Single(),
                Does.EndWith("of queued, starting, running, storing, cancelling, completed, failed, cancelled"));
            Assert.That(errors["kind"].Single(), Does.EndWith("of video, image, audio, text"));
            Assert.That(errors["mode"].Single(), Does.EndWith("of test, live"));
        });
    }

    [Test]
    public async Task A_mode_narrows_what_a_credential_sees_and_never_widens_it()
    {
        var live = _app.Account();
        var test = _app.Account(test: true, id: live.Id);
        var (ofLive, ofTest) = ((await live.SubmitAsync()).Id, (await test.SubmitAsync()).Id);
        Assert.Multiple(async () =>
        {
            Assert.That(await IdsAsync(live, "?mode=live"), Is.EqualTo(new[] { ofLive }));
            Assert.That(await IdsAsync(live, "?mode=test"), Is.Empty);
            Assert.That(await IdsAsync(test, "?mode=test"), Is.EqualTo(new[] { ofTest }));
            Assert.That(await IdsAsync(test, "?mode=live"), Is.Empty);
        });
    }

    [Test]
    public async Task Several_words_may_be_given_by_commas_or_one_by_one()
    {
        var account = _app.Account();
        var id = (await account.SubmitAsync()).Id;
        Assert.Multiple(async () =>
        {
            Assert.That(await IdsAsync(account, "?status=queued,starting&kind=video,image"), Is.EqualTo(new[] { id }));
            Assert.That(await IdsAsync(account, "?status=queued&status=starting&kind=video&kind=image"), Is.EqualTo(new[] { id }));
            Assert.That(await IdsAsync(account, "?status=failed&status=completed"), Is.Empty);
        });
    }

    [Test]
    public async Task An_operator_filters_and_counts_as_an_account_does()
    {
        var live = _app.Account();
        var test = _app.Account(test: true, id: live.Id);
        var ofLive = await live.SubmitAsync(new { model = "wan", input = new { prompt = "a cat" }, metadata = new { customer = "7" } });
        var ofTest = await test.SubmitAsync(new { model = "whisper", input = new { } });
        var operators = _app.Account(isOperator: true);
        foreach (var (query, right) in new (string, Guid[])[]
        {
            ("", [ofTest.Id, ofLive.Id]), ("&mode=test", [ofTest.Id]), ("&mode=live", [ofLive.Id]), ("&kind=video", [ofLive.Id]),
            ("&kind=text", [ofTest.Id]), ("&metadata[customer]=7", [ofLive.Id]), ("&metadata[customer]=8", []),
            ("&ended_after=2020-01-01T00:00:00Z", []), ("&ended_before=2020-01-01T00:00:00Z", []),
        })
        {
            using var answer = await operators.Client.GetAsync($"/admin/v1/jobs?account_id={live.Id}&include_total=true{query}");
            var page = await TestAccount.ReadAsync<Page<OperatorJobView>>(answer);
            Assert.That(page.Data.Select(one => one.Job.Id), Is.EqualTo(right), query);
            Assert.That(answer.Headers.GetValues("X-Total-Count").Single(), Is.EqualTo($"{right.Length}"), query);
        }
    }

    [TestCase("/v1/jobs?include_total=true")]
    [TestCase("/v1/jobs/{id}")]
    [TestCase("/v1/jobs/{id}?tset=1")]
    [TestCase("/v1/jobs/00000000-0000-0000-0000-000000000000")]
    [TestCase("/v1/events")]
    [TestCase("/v1/events/stream")]
    [TestCase("/v1/jobs/{id}/events")]
    [TestCase("/v1/webhooks/endpoints")]
    public async Task HEAD_is_GET_without_the_body(string path)
    {
        // One that waits for its vendor does not change between the two requests.
        var job = await JobInState.ReachAsync(_app, "Running");
        var account = job.Account;
        path = path.Replace("{id}", job.Id.ToString(), StringComparison.Ordinal);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var head = await account.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), limit.Token);
        using var get = await account.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Multiple(async () =>
        {
            Assert.That(head.StatusCode, Is.EqualTo(get.StatusCode));
            Assert.That(head.Content.Headers.ContentType?.MediaType, Is.EqualTo(get.Content.Headers.ContentType?.MediaType));
            Assert.That(head.Headers.ETag, Is.EqualTo(get.Headers.ETag));
            Assert.That(head.Headers.CacheControl?.ToString(), Is.EqualTo(get.Headers.CacheControl?.ToString()));
            Assert.That(await head.Content.ReadAsByteArrayAsync(limit.Token), Is.Empty);
        });
    }

    [TestCase("/v1/quotes")]
    [TestCase("/v1/jobs/00000000-0000-0000-0000-000000000001/cancel")]
    public async Task HEAD_where_there_is_no_GET_is_not_allowed(string path)
    {
        using var answer = await _app.Account().Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(answer.Content.Headers.Allow, Is.EqualTo(new[] { "POST" }));
    }

    static async Task<Guid[]> IdsAsync(TestAccount account, string query) =>
        [.. (await account.Client.GetFromJsonAsync<Page<JobView>>("/v1/jobs" + query, ApiJson.Options))!.Data.Select(job => job.Id)];
}
