using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.ServiceDefaults.Tests.Resilience;

[TestFixture]
public sealed class Calling_another_service
{
    int _calls;
    int _failures;
    Service _other = null!;
    Service _caller = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _other = await Service.StartAsync(app => app.MapInternal().Map("/thing", () =>
        {
            Interlocked.Increment(ref _calls);
            return Interlocked.Decrement(ref _failures) >= 0 ? Results.StatusCode(503) : Results.Ok();
        }));
        _caller = await Service.StartAsync(_ => { }, builder => builder.Services.AddServiceClient<Client>("other"),
            new() { ["services:other:http:0"] = _other.Address.ToString() });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _caller.DisposeAsync();
        await _other.DisposeAsync();
    }

    [TestCase("GET")]
    [TestCase("PUT")]
    [TestCase("DELETE")]
    public async Task Repeats_a_safe_call_that_failed(string method)
    {
        (_calls, _failures) = (0, 2);
        using var answer = await SendAsync(method);
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(_calls, Is.EqualTo(3));
        });
    }

    [TestCase("POST")]
    [TestCase("PATCH")]
    public async Task Never_repeats_a_call_that_may_have_had_an_effect(string method)
    {
        (_calls, _failures) = (0, 1);
        using var answer = await SendAsync(method);
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(_calls, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Never_repeats_a_call_whose_body_was_streamed()
    {
        (_calls, _failures) = (0, 1);
        using var answer = await SendAsync("PUT", new StreamContent(new MemoryStream([1, 2, 3])));
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(_calls, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Is_refused_as_often_as_the_service_refuses()
    {
        for (var i = 0; i < 50; i++)
        {
            _failures = 1;
            using var answer = await SendAsync("POST");
        }
        using var next = await SendAsync("POST");
        Assert.That(next.StatusCode, Is.EqualTo(HttpStatusCode.OK), "no circuit breaker stands between");
    }

    Task<HttpResponseMessage> SendAsync(string method, HttpContent? body = null) =>
        _caller.Services.GetRequiredService<Client>().Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/internal/thing") { Content = body });

    sealed class Client(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }
}
