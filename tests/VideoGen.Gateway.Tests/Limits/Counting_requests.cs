using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Limits;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Limits;

[TestFixture]
public sealed class Counting_requests
{
    FakeTimeProvider _time = null!;
    GatewayApplication _gateway = null!;

    [SetUp]
    public async Task Start()
    {
        _time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        _gateway = await GatewayApplication.StartAsync(_time, "Gateway:Limits:SignUpsPerMinute=3", "Gateway:Limits:SignInsPerMinute=5", "Gateway:Limits:FailedCredentialsPerMinute=10");
        _gateway.Services.On("jobs", "*", "/v1/*", 200, new { ok = true });
        _gateway.Services.On("accounts", "*", "/v1/*", 200, new { ok = true });
    }

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Lets_exactly_as_many_through_as_the_plan_allows()
    {
        var (key, other) = (AddKey(submits: 7, requests: 40), AddKey(submits: 7, requests: 40));
        var statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => _gateway.StatusOfAsync("/v1/jobs", key)));
        Assert.Multiple(async () =>
        {
            Assert.That(statuses.Count(status => status == HttpStatusCode.OK), Is.EqualTo(40));
            Assert.That(statuses.Count(status => status == HttpStatusCode.TooManyRequests), Is.EqualTo(160));
            Assert.That(_gateway.Services.Received.Count(request => request.Service == "jobs"), Is.EqualTo(40));
            Assert.That(await _gateway.StatusOfAsync("/v1/jobs", other), Is.EqualTo(HttpStatusCode.OK), "another key has a limit of its own");
        });
    }

    [Test]
    public async Task Counts_submits_for_themselves()
    {
        var key = AddKey(submits: 7, requests: 40);
        var submits = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ =>
        {
            using var response = await _gateway.SendAsync(HttpMethod.Post, "/v1/jobs", key, new StringContent("{}"));
            return response.StatusCode;
        }));
        Assert.Multiple(async () =>
        {
            Assert.That(submits.Count(status => status == HttpStatusCode.OK), Is.EqualTo(7));
            Assert.That(await _gateway.StatusOfAsync("/v1/jobs", key), Is.EqualTo(HttpStatusCode.OK));
        });
    }

    [Test]
    public async Task Tells_on_every_answer_how_much_is_left()
    {
        var key = AddKey(submits: 7, requests: 2);
        var start = _time.GetUtcNow().ToUnixTimeSeconds();
        using var first = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", key);
        using var second = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", key);
        using var third = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", key);
        using var problem = JsonDocument.Parse(await third.Content.ReadAsStringAsync());
        Assert.Multiple(() =>
        {
            Assert.That(Limits(first), Is.EqualTo(("2", "1", "60")));
            Assert.That(Limits(second), Is.EqualTo(("2", "0", "60")));
            Assert.That(Limits(third), Is.EqualTo(("2", "0", "60")));
            Assert.That(third.Headers.GetValues("X-RateLimit-Reset").Single(), Is.EqualTo($"{start + 60}"));
            Assert.That(third.Headers.GetValues("X-RateLimit-Limit").Single(), Is.EqualTo("2"));
            Assert.That(third.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(third.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(60)));
            Assert.That(problem.RootElement.GetProperty("code").GetString(), Is.EqualTo("rate_limited"));
            Assert.That(problem.RootElement.GetProperty("limit").GetInt32(), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task Keeps_its_word_about_when_to_try_again()
    {
        var key = AddKey(submits: 7, requests: 1);
        await _gateway.StatusOfAsync("/v1/jobs", key);
        _time.Advance(TimeSpan.FromSeconds(20));
        using var refused = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", key);
        var wait = refused.Headers.RetryAfter!.Delta!.Value;
        _time.Advance(wait - TimeSpan.FromSeconds(1));
        var early = await _gateway.StatusOfAsync("/v1/jobs", key);
        _time.Advance(TimeSpan.FromSeconds(1));
        var late = await _gateway.StatusOfAsync("/v1/jobs", key);
        Assert.That((wait, early, late), Is.EqualTo((TimeSpan.FromSeconds(40), HttpStatusCode.TooManyRequests, HttpStatusCode.OK)));
    }

    [TestCase("/v1/accounts", 3)]
    [TestCase("/v1/auth/token", 5)]
    public async Task Limits_the_doors_that_are_open_to_all_by_address(string path, int limit)
    {
        var passed = 0;
        for (var attempt = 0; attempt < limit + 5; attempt++)
        {
            using var response = await _gateway.SendAsync(HttpMethod.Post, path, content: new StringContent("{}"));
            if (response.StatusCode == HttpStatusCode.OK) passed++;
            else Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        }
        Assert.That(passed, Is.EqualTo(limit));
    }

    [Test]
    public async Task Refuses_bad_credentials_of_an_address_and_lets_good_ones_in_known_or_not()
    {
        var (known, fresh, user) = (AddKey(submits: 7, requests: 1000), AddKey(submits: 7, requests: 1000), _gateway.Services.AddUser());
        await _gateway.StatusOfAsync("/v1/jobs", known);
        var statuses = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 60; attempt++) statuses.Add(await _gateway.StatusOfAsync("/v1/jobs", TestCredentials.NewApiKey()));
        Assert.Multiple(async () =>
        {
            Assert.That(statuses.Count(status => status == HttpStatusCode.Unauthorized), Is.EqualTo(10));
            Assert.That(statuses.Count(status => status == HttpStatusCode.TooManyRequests), Is.EqualTo(50));
            Assert.That(await _gateway.StatusOfAsync("/v1/jobs", known), Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await _gateway.StatusOfAsync("/v1/jobs", fresh), Is.EqualTo(HttpStatusCode.OK), "a good key that was never seen");
            Assert.That(await _gateway.StatusOfAsync("/v1/jobs", TestCredentials.Token(user, _time.GetUtcNow())),
                Is.EqualTo(HttpStatusCode.OK), "a good token");
        });
    }

    [Test]
    public async Task Looks_up_for_such_an_address_a_few_at_a_time()
    {
        var fresh = AddKey(submits: 7, requests: 1000);
        for (var attempt = 0; attempt < 12; attempt++) await _gateway.StatusOfAsync("/v1/jobs", TestCredentials.NewApiKey());
        _gateway.Services.ClearReceived();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _gateway.Services.IdentityGate = gate.Task;
        var guesses = Enumerable.Range(0, 40).Select(_ => _gateway.StatusOfAsync("/v1/jobs", TestCredentials.NewApiKey())).ToList();
        await Eventually.ThatAsync(() => LookUps() >= 4);
        var good = _gateway.StatusOfAsync("/v1/jobs", fresh);
        Assert.That(LookUps(), Is.EqualTo(4));
        gate.SetResult();
        Assert.Multiple(async () =>
        {
            Assert.That(await Task.WhenAll(guesses), Has.All.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(await good, Is.EqualTo(HttpStatusCode.OK));
        });

        int LookUps() => _gateway.Services.Received.Count(request => request.Target == "/internal/identities/by-key");
    }

    [Test]
    public void Never_allows_more_than_the_limit_in_any_sixty_seconds()
    {
        var random = new Random(20240611);
        for (var round = 0; round < 200; round++)
        {
            var (window, limit, now) = (new SlidingWindow(), random.Next(1, 20), (long)random.Next(0, 1000));
            var uses = new List<long>();
            for (var step = 0; step < 300; step++)
            {
                now += random.Next(0, 6) == 0 ? random.Next(0, 90_000) : random.Next(0, 3000);
                var usage = window.TryUse(now, limit)!.Value;
                var remembered = uses.Count(at => at > now - 60_000);
                if (remembered < limit
                    && uses.Count(at => at > now - 61_000) < limit) Assert.That(usage.IsAllowed, Is.True, $"round {round}, step {step}");
                if (remembered >= limit) Assert.That(usage.IsAllowed, Is.False, $"round {round}, step {step}");
                if (usage.IsAllowed) uses.Add(now);
                Assert.That(usage.ResetSeconds, Is.InRange(1, 60));
            }
            Assert.That(uses.Max(at => uses.Count(other => other >= at && other < at + 60_000)), Is.LessThanOrEqualTo(limit));
        }
    }

    [Test]
    public void A_window_that_ran_empty_is_dropped_without_losing_a_use()
    {
        var window = new SlidingWindow();
        window.TryUse(0, 1);
        Assert.Multiple(() =>
        {
            Assert.That(window.TryRetire(59_999), Is.False);
            Assert.That(window.TryRetire(60_000), Is.True);
            Assert.That(window.TryUse(60_000, 1), Is.Null);
        });
    }

    string AddKey(int submits, int requests) => _gateway.Services.AddKey(identity => identity with { RateLimits = new RateLimits(submits, requests) });

    static (string, string, string) Limits(HttpResponseMessage response) => (
        response.Headers.GetValues("RateLimit-Limit").Single(), response.Headers.GetValues("RateLimit-Remaining").Single(), response.Headers.GetValues("RateLimit-Reset").Single());
}
