using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Routes;

[TestFixture]
public sealed class Losing_a_service
{
    GatewayApplication _gateway = null!;
    string _key = "";

    [SetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync("services:providers:http:0=http://127.0.0.1:1");
        _key = _gateway.Services.AddKey();
    }

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Answers_503_as_a_problem_when_nobody_listens()
    {
        var answer = await _gateway.SendAsync(HttpMethod.Get, "/v1/models", _key);
        Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        await AssertProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "service_unavailable");
    }

    /// <summary>Of a service that starts again nobody sees more than a slower answer.</summary>
    [Test]
    public async Task Waits_for_one_that_comes_back()
    {
        var port = TestPorts.Free();
        await using var gateway = await GatewayApplication.StartAsync($"services:jobs:http:0=http://127.0.0.1:{port}");
        var key = gateway.Services.AddKey();
        var asked = gateway.SendAsync(HttpMethod.Post, "/v1/jobs", key, JsonContent.Create(new { model = "x" }));

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var service = builder.Build();
        var came = new List<string>();
        service.Run(async context =>
        {
            came.Add(await new StreamReader(context.Request.Body).ReadToEndAsync());
            context.Response.StatusCode = 202;
        });
        Assert.That(asked.IsCompleted, Is.False);
        await service.StartAsync();

        using var answer = await asked;
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(came, Is.EqualTo(new[] { """{"model":"x"}""" }));
            Assert.That(answer.Headers.GetValues("RateLimit-Limit").Count(), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Answers_502_as_a_problem_when_the_connection_breaks()
    {
        _gateway.Services.On("jobs", "GET", "/v1/jobs", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await AssertProblemAsync(await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", _key), HttpStatusCode.BadGateway, "upstream_error");
    }

    [TestCase(404, "not_found")]
    [TestCase(405, "method_not_allowed")]
    [TestCase(413, "payload_too_large")]
    [TestCase(500, "internal_error")]
    [TestCase(503, "service_unavailable")]
    public async Task Gives_a_bare_error_of_a_service_a_body(int status, string code)
    {
        _gateway.Services.On("jobs", "GET", "/v1/jobs", context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await AssertProblemAsync(await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", _key), (HttpStatusCode)status, code);
    }

    [Test]
    public async Task Passes_a_services_own_problem_on_as_it_is()
    {
        const string Body = """{"code":"insufficient_credits","credits_required":5}""";
        _gateway.Services.On("jobs", "POST", "/v1/jobs", 402, Body);
        using var response = await _gateway.SendAsync(HttpMethod.Post, "/v1/jobs", _key, new StringContent("{}"));
        Assert.Multiple(async () =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.PaymentRequired));
            Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(Body));
        });
    }

    [Test]
    public async Task Streams_events_as_they_come()
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _gateway.Services.On("jobs", "GET", "/v1/jobs/1/events", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await second.Task;
            await context.Response.WriteAsync("data: 2\n\n");
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/jobs/1/events");
        request.Headers.Add("X-API-Key", _key);
        using var response = await _gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("data: 1"));
        second.SetResult();
        await reader.ReadLineAsync();
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("data: 2"));
    }

    static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        using (response)
        {
            using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            Assert.Multiple(() =>
            {
                Assert.That(response.StatusCode, Is.EqualTo(status));
                Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
                Assert.That(problem.RootElement.GetProperty("code").GetString(), Is.EqualTo(code));
                Assert.That(problem.RootElement.GetProperty("status").GetInt32(), Is.EqualTo((int)status));
                Assert.That(problem.RootElement.GetProperty("trace_id").GetString(), Has.Length.EqualTo(32));
            });
        }
    }
}
