using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Accounts.Contracts;

namespace VideoGen.Gateway.Tests.Dialects.Vydra;

[TestFixture]
public sealed class Counting_requests
{
    const string Root = "/vydra/api/v1";
    const string Job = "0194d3a0-2222-7000-8000-000000000002";

    FakeTimeProvider _time = null!;
    GatewayApplication _gateway = null!;

    [SetUp]
    public async Task Start()
    {
        _time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        _gateway = await GatewayApplication.StartAsync(_time);
        VydraCatalog.Serve(_gateway.Services);
        const string job = $$$"""{"id":"{{{Job}}}","status":"queued","model":"veo3","input":{},"progress":{"percent":0,"step":"queued"},"credits":{"held":175,"captured":0,"price_version":1}}""";
        _gateway.Services.On("jobs", "POST", "/v1/jobs", 202, job);
        _gateway.Services.On("jobs", "GET", "/v1/jobs/" + Job, 200, job);
    }

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase("POST", "/models/veo3", 10, HttpStatusCode.Accepted)]
    [TestCase("GET", "/jobs/job_" + Job, 100, HttpStatusCode.OK)]
    [TestCase("GET", "/models", 50, HttpStatusCode.OK)]
    public async Task Lets_exactly_as_many_through_a_minute_as_the_document_says(string method, string path, int limit, HttpStatusCode good)
    {
        var key = _gateway.Services.AddKey();
        var statuses = await Task.WhenAll(Enumerable.Range(0, limit + 20).Select(_ => StatusAsync(method, path, key)));
        Assert.Multiple(async () =>
        {
            Assert.That(statuses.Count(status => status == good), Is.EqualTo(limit));
            Assert.That(statuses.Count(status => status == HttpStatusCode.TooManyRequests), Is.EqualTo(20));
            Assert.That(await StatusAsync(method, path, _gateway.Services.AddKey()), Is.EqualTo(good), "another key has a limit of its own");
        });
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.That(await StatusAsync(method, path, key), Is.EqualTo(good));
    }

    [Test]
    public async Task Says_when_to_try_again()
    {
        var key = _gateway.Services.AddKey();
        for (var submit = 0; submit < 10; submit++) await StatusAsync("POST", "/models/veo3", key);
        _time.Advance(TimeSpan.FromSeconds(20));
        using var response = await SendAsync("POST", "/models/veo3", key);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var seconds = response.Headers.RetryAfter!.ToString();
        Assert.Multiple(() =>
        {
            Assert.That(int.Parse(seconds), Is.InRange(40, 41));
            Assert.That(body.RootElement.GetRawText(), Is.EqualTo($$"""{"error":"Rate limit exceeded. Try again in {{seconds}} seconds."}"""));
            Assert.That(response.Headers.GetValues("RateLimit-Limit").Single(), Is.EqualTo("10"));
        });
    }

    [Test]
    public async Task Counts_the_three_apart_and_the_rest_by_plan()
    {
        var key = _gateway.Services.AddKey();
        for (var submit = 0; submit < 11; submit++) await StatusAsync("POST", "/models/veo3", key);
        Assert.Multiple(async () =>
        {
            Assert.That(await StatusAsync("GET", "/jobs/job_" + Job, key), Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await StatusAsync("GET", "/models", key), Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await StatusAsync("GET", "/organization", key), Is.EqualTo(HttpStatusCode.NotFound), "nobody has scripted it, so it got through");
        });
    }

    [Test]
    public async Task Keeps_the_plans_limit_when_that_is_lower()
    {
        var key = _gateway.Services.AddKey(identity => identity with { RateLimits = new RateLimits(3, 100) });
        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StatusAsync("POST", "/models/veo3", key)));
        Assert.That(statuses.Count(status => status == HttpStatusCode.Accepted), Is.EqualTo(3));
    }

    async Task<HttpStatusCode> StatusAsync(string method, string path, string key)
    {
        using var response = await SendAsync(method, path, key);
        return response.StatusCode;
    }

    Task<HttpResponseMessage> SendAsync(string method, string path, string key) => _gateway.SendAsync(new HttpMethod(method), Root + path, key,
        method == "POST" ? new StringContent("""{"prompt":"A serene lake at sunset"}""", Encoding.UTF8, "application/json") : null);
}
