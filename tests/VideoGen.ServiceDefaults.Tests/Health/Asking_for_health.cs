using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace VideoGen.ServiceDefaults.Tests.Health;

[TestFixture]
public sealed class Asking_for_health
{
    HealthCheckResult _outcome;
    Exception? _failure;
    Service _service = null!;
    HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _service = await Service.StartAsync(_ => { }, builder =>
            builder.Services.AddHealthChecks().AddCheck("outbox", () => _failure is { } failure ? throw failure : _outcome));
        _http = new HttpClient { BaseAddress = _service.Address };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http.Dispose();
        await _service.DisposeAsync();
    }

    [SetUp]
    public void Forget() => (_outcome, _failure) = (HealthCheckResult.Healthy(), null);

    [Test]
    public async Task Says_healthy_and_gives_no_reasons() => Assert.That(await AskAsync(), Is.EqualTo((HttpStatusCode.OK, "healthy", "healthy", (string?)null)));

    [Test]
    public async Task Says_degraded_with_the_reason_and_stays_in_service()
    {
        _outcome = HealthCheckResult.Degraded("the oldest message has waited 90 s");
        Assert.That(await AskAsync(), Is.EqualTo((HttpStatusCode.OK, "degraded", "degraded", (string?)"the oldest message has waited 90 s")));
    }

    [Test]
    public async Task Says_unhealthy_with_the_reason_and_refuses()
    {
        _outcome = HealthCheckResult.Unhealthy("nothing can be sent");
        Assert.That(await AskAsync(), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "unhealthy", "unhealthy", (string?)"nothing can be sent")));
    }

    [Test]
    public async Task Keeps_the_text_of_an_exception_to_itself()
    {
        _failure = new InvalidOperationException("no connection to 10.1.2.3");
        Assert.That(await AskAsync(), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "unhealthy", "unhealthy", (string?)"the check failed")));
    }

    async Task<(HttpStatusCode Status, string? All, string? Outbox, string? Reason)> AskAsync()
    {
        using var answer = await _http.GetAsync("/health");
        var health = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var reason = health.GetProperty("reasons").TryGetProperty("outbox", out var text) ? text.GetString() : null;
        return (answer.StatusCode, health.GetProperty("status").GetString(), health.GetProperty("checks").GetProperty("outbox").GetString(), reason);
    }
}
