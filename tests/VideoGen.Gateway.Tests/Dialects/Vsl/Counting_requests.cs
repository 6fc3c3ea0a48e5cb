using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Accounts.Contracts;

namespace VideoGen.Gateway.Tests.Dialects.Vsl;

[TestFixture]
public sealed class Counting_requests
{
    const string Job = "0194d3a0-2222-7000-8000-000000000002";

    FakeTimeProvider _time = null!;
    GatewayApplication _gateway = null!;

    [SetUp]
    public async Task Start()
    {
        _time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        _gateway = await GatewayApplication.StartAsync(_time);
        VslCatalog.Serve(_gateway.Services);
        const string job = $$$"""{"id":"{{{Job}}}","status":"queued","model":"flux-schnell","kind":"image","input":{},"metadata":{"user_id":"user123"},"credits":{"held":1,"captured":0,"price_version":1},"created_at":"2025-10-18T10:30:00Z"}""";
        _gateway.Services.On("jobs", "POST", "/v1/jobs", 202, job);
        _gateway.Services.On("jobs", "GET", "/v1/jobs/" + Job, 200, job);
    }

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Lets_a_hundred_an_hour_through_for_each_user()
    {
        var key = AddKey();
        var answers = await Task.WhenAll(Enumerable.Range(0, 130).Select(_ => SubmitAsync(key, "user123")));
        Assert.Multiple(async () =>
        {
            Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.Accepted), Is.EqualTo(100));
            Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests), Is.EqualTo(30));
            Assert.That((await SubmitAsync(key, "user124")).Status, Is.EqualTo(HttpStatusCode.Accepted), "another user has limits of their own");
            Assert.That((await SubmitAsync(AddKey(), "user123")).Status, Is.EqualTo(HttpStatusCode.Accepted), "the same name in another account, too");
        });
        _time.Advance(TimeSpan.FromMinutes(59));
        var refused = await SubmitAsync(key, "user123");
        _time.Advance(TimeSpan.FromSeconds(refused.RetryAfter!.Value));
        var next = await SubmitAsync(key, "user123");
        Assert.That((refused.Status, refused.RetryAfter, next.Status, next.Remaining), Is.EqualTo((HttpStatusCode.TooManyRequests, (int?)60, HttpStatusCode.Accepted, 99)));
    }

    [Test]
    public async Task Lets_a_thousand_a_day_through_for_each_user_and_shows_the_tighter_window()
    {
        var key = AddKey();
        var answers = new List<Answer>();
        for (var hour = 0; hour < 11; hour++, _time.Advance(TimeSpan.FromMinutes(61)))
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => SubmitAsync(key, "user123"))));
        Assert.Multiple(() =>
        {
            Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.Accepted), Is.EqualTo(1000));
            Assert.That(answers.Take(100).Select(answer => answer.Limit), Is.All.EqualTo(100));
            Assert.That(answers.Skip(1000).Select(answer => answer.Limit), Is.All.EqualTo(1000));
            Assert.That(answers[^1].RetryAfter, Is.InRange(13 * 3600, 14 * 3600));
        });
        _time.Advance(TimeSpan.FromSeconds(answers[^1].RetryAfter!.Value));
        Assert.That((await SubmitAsync(key, "user123")).Status, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [Test]
    public async Task Bad_requests_of_a_known_user_count_and_those_of_nobody_do_not()
    {
        var key = AddKey();
        for (var request = 0; request < 3; request++) await SubmitAsync(key, "user123", """, "mediaType": "hologram" """);
        for (var request = 0; request < 3; request++) await SubmitAsync(key, "");
        Assert.That((await SubmitAsync(key, "user123")).Remaining, Is.EqualTo(96));
    }

    [Test]
    public async Task Reading_a_status_counts_nothing_and_shows_what_the_user_has_left()
    {
        var key = AddKey();
        await SubmitAsync(key, "user123");
        _gateway.Services.ClearReceived();
        var reads = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => StatusAsync(key)));
        Assert.Multiple(() =>
        {
            Assert.That(reads.Select(read => (read.Status, read.Limit, read.Remaining)).Distinct(), Is.EqualTo(new[] { (HttpStatusCode.OK, 100, 99) }));
            Assert.That(Questions(), Is.Zero, "the submit's answer is remembered for a moment");
        });
        _time.Advance(TimeSpan.FromSeconds(4));
        await StatusAsync(key);
        await StatusAsync(key);
        Assert.That(Questions(), Is.EqualTo(1));

        int Questions() => _gateway.Services.Received.Count(request => request.Target == "/internal/limits/take");
    }

    [Test]
    public async Task The_plans_limit_counts_for_all_users_together()
    {
        var key = _gateway.Services.AddKey(identity => identity with { RateLimits = new RateLimits(3, 100) });
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(user => SubmitAsync(key, $"user{user}")));
        Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.Accepted), Is.EqualTo(3));
    }

    [TestCase("""{"userId":"user123","mediaType":"image","modelId":"sdxl","parameters":{"prompt":"a","width":512}}""", true)]
    [TestCase("""{ "parameters": {"prompt":"a","width":512}, "modelId":"sdxl","mediaType":"image","userId":"user123" }""", true)]
    [TestCase("""{"parameters":{"width":5.12e2,"prompt":"\u0061"}, "modelId":"sdxl","mediaType":"im\u0061ge","userId":"user123" }""", true)]
    [TestCase("""{"userId":"user123","mediaType":"image","modelId":"sdxl","parameters":{"prompt":"a","width":512.0}}""", true)]
    [TestCase("""{"userId":"user123","mediaType":"image","modelId":"sdxl","parameters":{"prompt":"a","width":512.5}}""", false)]
    [TestCase("""{"userId":"user124","mediaType":"image","modelId":"sdxl","parameters":{"prompt":"a","width":512}}""", false)]
    [TestCase("""{"userId":"user123","mediaType":"image","modelId":"flux-schnell","parameters":{"prompt":"a","width":512}}""", false)]
    [TestCase("""{"userId":"user123","mediaType":"image","modelId":"sdxl","parameters":{"prompt":"a"}}""", false)]
    public async Task An_idempotency_key_stands_for_the_same_body(string body, bool same)
    {
        var key = AddKey();
        Assert.That(await FingerprintAsync(body) == await FingerprintAsync("""{"userId":"user123","mediaType":"image","modelId":"sdxl","parameters":{"prompt":"a","width":512}}"""), Is.EqualTo(same));

        async Task<string> FingerprintAsync(string sent)
        {
            _gateway.Services.ClearReceived();
            using var answer = await SendAsync(HttpMethod.Post, "/vsl/generate-media", key, sent, ("Idempotency-Key", "k-1"));
            var received = _gateway.Services.Received.Single(request => request.Target == "/v1/jobs");
            Assert.That((answer.StatusCode, received.Headers["Idempotency-Key"]), Is.EqualTo((HttpStatusCode.Accepted, "k-1")));
            return received.Headers["X-VideoGen-Fingerprint"];
        }
    }

    string AddKey() => _gateway.Services.AddKey(identity => identity with { RateLimits = new RateLimits(100_000, 100_000) });

    async Task<Answer> SubmitAsync(string key, string user, string more = "")
    {
        var body = $$"""{"userId":{{JsonSerializer.Serialize(user)}}, "modelId":"flux-schnell", "parameters":{"prompt":"a lake"} {{(more.Length > 0 ? more : ""","mediaType":"image" """)}} }""";
        using var answer = await SendAsync(HttpMethod.Post, "/vsl/generate-media", key, body);
        return await ReadAsync(answer);
    }

    async Task<Answer> StatusAsync(string key)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/vsl/status/" + Job, key, body: null);
        return await ReadAsync(answer);
    }

    Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string key, string? body, params (string, string)[] headers) => _gateway.SendAsync(
        method, path, bearer: null, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), [("X-API-Key", key), .. headers]);

    static async Task<Answer> ReadAsync(HttpResponseMessage answer)
    {
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        int? retry = body.RootElement.TryGetProperty("retryAfter", out var seconds) ? seconds.GetInt32() : null;
        Assert.That(answer.Headers.RetryAfter?.Delta?.TotalSeconds, Is.EqualTo(retry), "header and body agree");
        return new Answer(answer.StatusCode, int.Parse(answer.Headers.GetValues("X-RateLimit-Limit").Single()), int.Parse(answer.Headers.GetValues("X-RateLimit-Remaining").Single()), retry);
    }

    sealed record Answer(HttpStatusCode Status, int Limit, int Remaining, int? RetryAfter);
}
