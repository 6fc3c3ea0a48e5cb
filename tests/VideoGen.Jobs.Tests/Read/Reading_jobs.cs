using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Tests.Harness;

namespace VideoGen.Jobs.Tests.Read;

[TestFixture]
public sealed class Reading_jobs
{
    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _app = await JobsApplication.StartAsync("reading");
        _app.Bus.KeepSilent();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task Somebody_else_s_job_is_answered_exactly_like_a_missing_one()
    {
        var id = (await _app.Account().SubmitAsync()).Id;
        var stranger = _app.Account();
        foreach (var (method, path) in new[] { ("GET", ""), ("POST", "/cancel"), ("DELETE", "") })
        {
            var foreign = await ProblemAsync(stranger, method, $"/v1/jobs/{id}{path}");
            var missing = await ProblemAsync(stranger, method, $"/v1/jobs/{Guid.CreateVersion7()}{path}");
            Assert.That(foreign with { TraceId = null }, Is.EqualTo(missing with { TraceId = null }), method + path);
        }
        using var list = await stranger.Client.GetAsync("/v1/jobs?include_total=true");
        Assert.That(list.Headers.GetValues("X-Total-Count").Single(), Is.EqualTo("0"));
    }

    [Test]
    public async Task A_tag_that_still_fits_is_a_304_until_the_job_changes()
    {
        var job = await JobInState.ReachAsync(_app, "Running");
        using var first = await job.Account.Client.GetAsync($"/v1/jobs/{job.Id}");
        using var same = await GetAsync(job.Account, job.Id, first.Headers.ETag!.ToString());
        await job.SayAsync(Words.Progressed(job.Id, 1, 40));
        using var changed = await GetAsync(job.Account, job.Id, first.Headers.ETag!.ToString(), "?wait=10s");
        Assert.Multiple(async () =>
        {
            Assert.That(first.Headers.ETag.IsWeak, Is.False);
            Assert.That(same.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
            Assert.That(same.Headers.ETag, Is.EqualTo(first.Headers.ETag));
            Assert.That(changed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await TestAccount.ReadAsync<JobView>(changed)).Progress.Percent, Is.EqualTo(40));
        });
    }

    [Test]
    public async Task A_long_poll_with_a_tag_ends_with_the_change_and_without_one_with_the_job()
    {
        var job = await JobInState.ReachAsync(_app, "Running");
        using var first = await job.Account.Client.GetAsync($"/v1/jobs/{job.Id}");
        var change = GetAsync(job.Account, job.Id, first.Headers.ETag!.ToString(), "?wait=30s");
        var end = job.Account.Client.GetAsync($"/v1/jobs/{job.Id}?wait=30");
        await job.SayAsync(Words.Progressed(job.Id, 1, 40));
        Assert.That((await TestAccount.ReadAsync<JobView>(await change)).Status, Is.EqualTo("running"));
        Assert.That(end.IsCompleted, Is.False);
        await job.SayAsync(Words.Succeeded(job.Id));
        await job.StateAsync("Storing");
        await job.SayAsync(Words.Ingested(job.Id));
        Assert.That((await TestAccount.ReadAsync<JobView>(await end)).Status, Is.EqualTo("completed"));
    }

    [Test]
    public async Task A_long_poll_in_vain_answers_304_when_its_time_is_over()
    {
        var job = await JobInState.ReachAsync(_app, "Running");
        using var first = await job.Account.Client.GetAsync($"/v1/jobs/{job.Id}");
        var clock = Stopwatch.StartNew();
        using var answer = await GetAsync(job.Account, job.Id, first.Headers.ETag!.ToString(), "?wait=0.6s");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        Assert.That(clock.Elapsed, Is.InRange(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10)));
    }

    [TestCase("61s")]
    [TestCase("-1s")]
    [TestCase("soon")]
    public async Task A_wait_that_can_t_be_is_named(string wait)
    {
        var problem = await ProblemAsync(_app.Account(), "GET", $"/v1/jobs/{Guid.CreateVersion7()}?wait={wait}");
        Assert.That(problem.Errors!.Keys, Is.EqualTo(new[] { "wait" }));
    }

    [Test]
    public async Task Lists_by_cursor_and_by_page_newest_first()
    {
        var account = _app.Account();
        var ids = new List<Guid>();
        for (var i = 0; i < 7; i++) ids.Add((await account.SubmitAsync()).Id);
        ids.Sort((one, other) => string.CompareOrdinal(other.ToString(), one.ToString()));

        var found = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await ListAsync(account, "?limit=3" + (cursor is null ? "" : "&cursor=" + cursor));
            found.AddRange(page.Data.Select(job => job.Id));
            Assert.That(page.HasMore, Is.EqualTo(page.NextCursor is not null));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        using var second = await account.Client.GetAsync("/v1/jobs?limit=3&page=2&include_total=true");
        Assert.Multiple(async () =>
        {
            Assert.That(found, Is.EqualTo(ids));
            Assert.That((await TestAccount.ReadAsync<Page<JobView>>(second)).Data.Select(job => job.Id), Is.EqualTo(ids.Skip(3).Take(3)));
            Assert.That(second.Headers.GetValues("X-Total-Count").Single(), Is.EqualTo("7"));
        });
    }

    [Test]
    public async Task Lists_from_any_place_on()
    {
        var account = _app.Account();
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++) ids.Add((await account.SubmitAsync()).Id);
        ids.Sort((one, other) => string.CompareOrdinal(other.ToString(), one.ToString()));
        Assert.Multiple(async () =>
        {
            Assert.That(await IdsAsync(account, "?offset=3&limit=200"), Is.EqualTo(ids.Skip(3)));
            Assert.That(await IdsAsync(account, "?offset=1&limit=2"), Is.EqualTo(ids.Skip(1).Take(2)));
            Assert.That(await IdsAsync(account, "?offset=100000000"), Is.Empty);
        });
    }

    [Test]
    public async Task Links_work_at_least_as_long_as_was_asked_for()
    {
        var job = await JobInState.ReachAsync(_app, "Completed");
        var hour = await ExpiryAsync(job, "?link_seconds=3600");
        var week = await ExpiryAsync(job, "?link_seconds=604800");
        using var first = await job.Account.Client.GetAsync($"/v1/jobs/{job.Id}");
        using var other = await GetAsync(job.Account, job.Id, first.Headers.ETag!.ToString(), "?link_seconds=3600");
        Assert.Multiple(() =>
        {
            Assert.That(hour, Is.InRange(TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(76)));
            Assert.That(week, Is.InRange(TimeSpan.FromDays(6.9), TimeSpan.FromDays(8.8)));
            Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.OK), "other links are another answer");
        });
    }

    [TestCase("59")]
    [TestCase("604801")]
    [TestCase("1h")]
    public async Task A_lifetime_that_can_t_be_is_named(string seconds)
    {
        var problem = await ProblemAsync(_app.Account(), "GET", $"/v1/jobs/{Guid.CreateVersion7()}?link_seconds={seconds}");
        Assert.That(problem.Errors!.Keys, Is.EqualTo(new[] { "link_seconds" }));
    }

    [Test]
    public async Task Filters_by_status_model_and_time()
    {
        var account = _app.Account();
        var first = await account.SubmitAsync();
        await account.StatusAsync(first.Id, "starting");
        await _app.Bus.PublishAsync(new Providers.Contracts.Events.GenerationFailed(first.Id, null, "provider_failed", "It broke."));
        await account.StatusAsync(first.Id, "failed");
        var second = await account.SubmitAsync(new { model = "whisper", input = new { } });
        var between = Uri.EscapeDataString(second.CreatedAt.AddTicks(-10).ToString("O"));
        Assert.Multiple(async () =>
        {
            Assert.That(await IdsAsync(account, "?status=failed"), Is.EqualTo(new[] { first.Id }));
            Assert.That(await IdsAsync(account, "?status=failed,queued,starting"), Is.EqualTo(new[] { second.Id, first.Id }));
            Assert.That(await IdsAsync(account, "?status=completed"), Is.Empty);
            Assert.That(await IdsAsync(account, "?model=whisper"), Is.EqualTo(new[] { second.Id }));
            Assert.That(await IdsAsync(account, "?created_after=" + between), Is.EqualTo(new[] { second.Id }));
            Assert.That(await IdsAsync(account, "?created_before=" + between), Is.EqualTo(new[] { first.Id }));
        });
    }

    [Test]
    public async Task Filters_by_what_is_made_and_when_it_was_done()
    {
        var job = await JobInState.ReachAsync(_app, "Completed");
        var made = (await job.Account.Client.GetFromJsonAsync<JobView>($"/v1/jobs/{job.Id}", ApiJson.Options))!;
        var text = await job.Account.SubmitAsync(new { model = "whisper", input = new { } });
        var moving = await job.Account.SubmitAsync(new { model = "modes", input = new { mode = "moving" } });
        var still = await job.Account.SubmitAsync(new { model = "modes", input = new { } });
        Assert.Multiple(async () =>
        {
            Assert.That((moving.Kind, still.Kind), Is.EqualTo(("video", "image")), "a model of several modes makes what its mode says");
            Assert.That(await IdsAsync(job.Account, "?kind=video"), Is.EqualTo(new[] { moving.Id, job.Id }));
            Assert.That(await IdsAsync(job.Account, "?kind=image,text"), Is.EqualTo(new[] { still.Id, text.Id }));
            Assert.That(await IdsAsync(job.Account, "?ended_after=" + Around(made, -1)), Is.EqualTo(new[] { job.Id }));
            Assert.That(await IdsAsync(job.Account, "?ended_after=" + Around(made, 0)), Is.Empty);
            Assert.That(await IdsAsync(job.Account, "?ended_before=" + Around(made, 1)), Is.EqualTo(new[] { job.Id }));
            Assert.That(await IdsAsync(job.Account, "?ended_before=" + Around(made, 0)), Is.Empty);
        });

        static string Around(JobView job, int microseconds) => Uri.EscapeDataString(job.EndedAt!.Value.AddMicroseconds(microseconds).ToString("O"));
    }

    [Test]
    public async Task Shows_how_long_such_jobs_take_and_what_the_file_is_coded_in()
    {
        var job = await JobInState.ReachAsync(_app, "Completed");
        var made = (await job.Account.Client.GetFromJsonAsync<JobView>($"/v1/jobs/{job.Id}", ApiJson.Options))!;
        Assert.Multiple(() =>
        {
            Assert.That(made.ExpectedSeconds, Is.EqualTo(42));
            Assert.That((made.Output!.Assets[0].Codec, made.Output.Assets[0].BitrateKbps), Is.EqualTo(("h264", (int?)20)));
        });
    }

    [TestCase("kind=film&ended_after=x&ended_before=y", "ended_after", "ended_before", "kind")]
    [TestCase("limit=0", "limit")]
    [TestCase("limit=201", "limit")]
    [TestCase("offset=-1", "offset")]
    [TestCase("offset=100000001", "offset")]
    [TestCase("offset=0&page=1", "offset")]
    [TestCase("offset=3&cursor=AAAA", "cursor")]
    [TestCase("limit=x&page=0&status=done&created_after=yesterday&cursor=!&include_total=1", "created_after", "cursor", "include_total", "limit", "page", "status")]
    [TestCase("cursor=AAAA", "cursor")]
    [TestCase("model=a%00b", "model")]
    public async Task A_bad_query_names_every_parameter(string query, params string[] fields)
    {
        var problem = await ProblemAsync(_app.Account(), "GET", "/v1/jobs?" + query);
        Assert.That(problem.Errors!.Keys, Is.EquivalentTo(fields));
    }

    [TestCase("/v1/jobs/not-a-uuid")]
    [TestCase("/v1/jobs/00000000-0000-0000-0000-000000000000")]
    public async Task An_id_that_is_none_is_a_404(string path) =>
        Assert.That((await ProblemAsync(_app.Account(), "GET", path)).Status, Is.EqualTo(404));

    [Test]
    public async Task The_operator_sees_every_job_and_nobody_else_does()
    {
        var job = await JobInState.ReachAsync(_app, "Running");
        var operators = _app.Account(isOperator: true);
        var view = await operators.Client.GetFromJsonAsync<OperatorJobView>($"/admin/v1/jobs/{job.Id}", ApiJson.Options);
        var list = await operators.Client.GetFromJsonAsync<Page<OperatorJobView>>($"/admin/v1/jobs?account_id={job.Account.Id}&status=running", ApiJson.Options);
        using var refused = await job.Account.Client.GetAsync($"/admin/v1/jobs/{job.Id}");
        Assert.Multiple(() =>
        {
            Assert.That((view!.AccountId, view.SagaState), Is.EqualTo((job.Account.Id, "Running")));
            Assert.That(list!.Data.Single().Job.Id, Is.EqualTo(job.Id));
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    [Test]
    public async Task The_service_describes_its_routes()
    {
        var document = await _app.Account().Client.GetStringAsync("/internal/openapi/v1.json");
        foreach (var route in (string[])["/v1/jobs", "/v1/jobs/{id}", "/v1/jobs/{id}/cancel", "/v1/quotes", "/admin/v1/checks", "/v1/events"])
            Assert.That(document, Does.Contain($"\"{route}\""));
    }

    static Task<HttpResponseMessage> GetAsync(TestAccount account, Guid id, string tag, string query = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{id}{query}");
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return account.Client.SendAsync(request);
    }

    static async Task<TimeSpan> ExpiryAsync(JobInState job, string query)
    {
        var view = (await job.Account.Client.GetFromJsonAsync<JobView>($"/v1/jobs/{job.Id}{query}", ApiJson.Options))!;
        var expires = new Uri(view.Output!.Assets[0].Url).Query.TrimStart('?').Split('&').Single(pair => pair.StartsWith("expires=", StringComparison.Ordinal));
        return DateTimeOffset.FromUnixTimeSeconds(long.Parse(expires["expires=".Length..])) - DateTimeOffset.UtcNow;
    }

    static async Task<Page<JobView>> ListAsync(TestAccount account, string query) =>
        (await account.Client.GetFromJsonAsync<Page<JobView>>("/v1/jobs" + query, ApiJson.Options))!;

    static async Task<Guid[]> IdsAsync(TestAccount account, string query) => [.. (await ListAsync(account, query)).Data.Select(job => job.Id)];

    static async Task<Problem> ProblemAsync(TestAccount account, string method, string path)
    {
        using var answer = await account.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.That((int)answer.StatusCode, Is.GreaterThanOrEqualTo(400), await answer.Content.ReadAsStringAsync());
        return await TestAccount.ReadAsync<Problem>(answer);
    }
}
