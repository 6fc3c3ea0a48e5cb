using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ModelContextProtocol.Protocol;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Web.Mcp;

namespace VideoGen.Web.Tests.Mcp;

/// <summary>A budget of 100 credits, jobs of 50, and a Jobs that knows a request again as the real one does.</summary>
[TestFixture]
public sealed class Repeating_a_generate
{
    static readonly Dictionary<string, JsonElement> Input = new() { ["prompt"] = JsonSerializer.SerializeToElement("A cat") };

    FakeTimeProvider _time = null!;
    ScriptedJobs _jobs = null!;
    HttpClient _http = null!;
    Caller _caller = null!;

    [SetUp]
    public void Start()
    {
        _time = new FakeTimeProvider(TestJobs.Began);
        var (account, user) = (Guid.NewGuid(), Guid.NewGuid());
        _caller = new Caller(account, user, KeyId: null, Test: false, "pro", [], IsOperator: false, SeesBoth: true);
        _jobs = new ScriptedJobs(_time);
        _http = new HttpClient(_jobs) { BaseAddress = new Uri("http://jobs.example") };
    }

    [TearDown]
    public void Stop()
    {
        _http.Dispose();
        _jobs.Dispose();
    }

    [Test]
    public async Task It_is_the_same_job_and_is_counted_once()
    {
        var first = await MadeAsync("a");
        var again = await MadeAsync("a");
        Assert.Multiple(() =>
        {
            Assert.That(again.JobId, Is.EqualTo(first.JobId));
            Assert.That((first.BudgetLeft, again.BudgetLeft), Is.EqualTo((50, 50)));
            Assert.That(_jobs.Made, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task It_is_answered_when_the_budget_is_used_up_and_when_its_job_is_older_than_the_window()
    {
        var first = await MadeAsync("a");
        await MadeAsync("b");
        Assert.That(TextOf(await GenerateAsync("c")), Does.StartWith("budget_exceeded").And.Contain("0 of the budget of 100 are left"));
        Assert.That((await MadeAsync("a")).JobId, Is.EqualTo(first.JobId));

        _time.Advance(TimeSpan.FromDays(2));
        await MadeAsync("d");
        await MadeAsync("e");
        var late = await MadeAsync("a");
        Assert.That((late.JobId, late.BudgetLeft), Is.EqualTo((first.JobId, (long?)0)), "its credits were those of another day");
    }

    [Test]
    public async Task It_tells_what_has_become_of_the_job()
    {
        await MadeAsync("a");
        _jobs.End(JobStatus.Completed, captured: 40);
        var again = await MadeAsync("a");
        Assert.That((again.Status, again.BudgetLeft), Is.EqualTo((JobStatus.Completed, (long?)60)));
    }

    [Test]
    public async Task The_same_text_in_the_other_world_is_another_request_and_has_to_fit_the_budget()
    {
        await MadeAsync("a");
        await MadeAsync("b");
        _caller = _caller with { Test = true };
        await MadeAsync("c");
        _caller = _caller with { Test = false };
        Assert.That(TextOf(await GenerateAsync("c")), Does.StartWith("budget_exceeded"), "the test job of that name buys no live one");
        Assert.That(_jobs.Made, Is.EqualTo(3));
    }

    [Test]
    public async Task A_job_that_Jobs_has_forgotten_the_request_of_is_bought_anew_within_the_budget_alone()
    {
        await MadeAsync("a");
        _time.Advance(TimeSpan.FromDays(31));
        _jobs.Forget();
        await MadeAsync("b");
        await MadeAsync("c");
        Assert.That(TextOf(await GenerateAsync("a")), Does.StartWith("budget_exceeded"));
    }

    [Test]
    public async Task While_others_of_the_key_take_long_it_is_told_to_come_again()
    {
        var turns = new McpTurns(_time);
        using var taken = await turns.TakeAsync(_caller.CredentialId, CancellationToken.None);
        var waits = GenerateAsync("a", turns);
        _time.Advance(McpTurns.Patience);
        var answer = await waits;
        Assert.That((answer.IsError, TextOf(answer)[..12], _jobs.Made), Is.EqualTo(((bool?)true, "rate_limited", 0)));
    }

    Task<CallToolResult> GenerateAsync(string request, McpTurns? turns = null)
    {
        var context = new DefaultHttpContext();
        context.Features.Set(_caller);
        _jobs.IsTest = _caller.Test;
        var client = new McpJobsClient(_http);
        var budget = new McpBudget(client, Options.Create(new McpOptions { BudgetCredits = 100 }), _time);
        return new JobTools(client, budget, turns ?? new McpTurns(_time), new HttpContextAccessor { HttpContext = context })
            .GenerateAsync("veo3.1", Input, request, CancellationToken.None);
    }

    async Task<ShownJob> MadeAsync(string request)
    {
        var answer = await GenerateAsync(request);
        Assert.That(answer.IsError, Is.Not.True, TextOf(answer));
        return JsonSerializer.Deserialize<ShownJob>(TextOf(answer), ApiJson.Options)!;
    }

    static string TextOf(CallToolResult answer) => string.Concat(answer.Content.OfType<TextContentBlock>().Select(block => block.Text));

    sealed class ScriptedJobs(TimeProvider time) : HttpMessageHandler
    {
        readonly List<JobView> _jobs = [];
        readonly Dictionary<(bool Test, string Key), JobView> _answers = [];

        public bool IsTest { get; set; }

        public int Made => _jobs.Count;

        public void Forget() => _answers.Clear();

        public void End(string status, long captured) =>
            _jobs[^1] = _jobs[^1] with { Status = status, Credits = new JobCredits(50, captured, 1) };

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            (request.Method.Method, request.RequestUri!.AbsolutePath) switch
            {
                ("POST", "/v1/quotes") => Json(new { credits = 50 }),
                ("GET", "/v1/jobs") => Json(ListOf(QueryHelpers.ParseQuery(request.RequestUri.Query)
                    .ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.Ordinal))),
                ("POST", "/v1/jobs") => Json(await SubmitAsync(request, cancellationToken)),
                _ => Json(Problems.Describe(ErrorCodes.NotFound), HttpStatusCode.NotFound),
            };

        Page<JobView> ListOf(Dictionary<string, string> query) => new([.. _jobs.Where(job =>
            job.CreatedAt > DateTimeOffset.Parse(query["created_after"], System.Globalization.CultureInfo.InvariantCulture)
            && query.Where(one => one.Key.StartsWith("metadata[", StringComparison.Ordinal))
                .All(one => job.Metadata[one.Key["metadata[".Length..^1]] == one.Value))], NextCursor: null, HasMore: false);

        async Task<JobView> SubmitAsync(HttpRequestMessage request, CancellationToken ct)
        {
            var key = (IsTest, request.Headers.GetValues("Idempotency-Key").Single());
            if (_answers.TryGetValue(key, out var known)) return known;
            var body = (await request.Content!.ReadFromJsonAsync<SubmitJob>(ApiJson.Options, ct))!;
            var job = TestJobs.New(JobStatus.Queued).Job with { Test = IsTest, Metadata = body.Metadata!, CreatedAt = time.GetUtcNow() };
            _jobs.Add(job);
            return _answers[key] = job;
        }

        static HttpResponseMessage Json(object body, HttpStatusCode status = HttpStatusCode.OK) =>
            new(status) { Content = JsonContent.Create(body, body.GetType(), options: ApiJson.Options) };
    }
}
