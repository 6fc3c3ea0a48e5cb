using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VideoGen.HttpApi.Errors;

namespace VideoGen.HttpApi.Tests.Errors;

[TestFixture]
public sealed class Answering_with_an_error
{
    WebApplication _app = null!;
    HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 1000).UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            if (context.Request.Headers.ContainsKey("X-Other-Shape")) context.Features.Set<IProblemWriter>(new OtherShape());
            return next(context);
        });
        _app.UseProblems();
        _app.UseRouting();
        _app.MapGet("/throws", string () => throw new InvalidOperationException("the secret connection string"));
        _app.MapPost("/json", (Order order) => order.Amount);
        _app.MapGet("/number", (int number) => number);
        _app.MapGet("/refuses", () => Problems.Of(ErrorCodes.QueueFull, "Wait.", facts: new Dictionary<string, object?> { ["limit"] = 3 }, retryAfter: TimeSpan.FromSeconds(1.2)));
        _app.MapGet("/field", () => Problems.OfField("model", "must be a slug"));
        _app.MapGet("/bare/{status:int}", (int status, HttpResponse response) =>
        {
            response.Headers.Allow = "GET";
            response.StatusCode = status;
        });
        _app.MapGet("/late", async context =>
        {
            await context.Response.WriteAsync("begun");
            throw new InvalidOperationException("too late for another status");
        });
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Test]
    public async Task An_exception_is_a_500_that_tells_nothing()
    {
        var (response, problem) = await GetAsync("/throws");
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("internal_error"));
            Assert.That(problem.GetRawText(), Does.Not.Contain("secret").And.Not.Contain("Exception"));
        });
    }

    [TestCase("", "malformed_json")]
    [TestCase("{", "malformed_json")]
    [TestCase("{\"amount\":\"many\"}", "malformed_json")]
    [TestCase("[]", "malformed_json")]
    public async Task A_body_that_is_not_what_it_should_be_is_named(string body, string code)
    {
        using var response = await _http.PostAsync("/json", new StringContent(body, Encoding.UTF8, "application/json"));
        var problem = await ProblemAsync(response);
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo(body.Length == 0 ? "invalid_request" : code));
            Assert.That(problem.GetRawText(), Does.Not.Contain("System.").And.Not.Contain("VideoGen.HttpApi"));
        });
    }

    [Test]
    public async Task The_place_of_a_wrong_value_is_named()
    {
        using var response = await _http.PostAsync("/json", new StringContent("{\"amount\":\"many\"}", Encoding.UTF8, "application/json"));
        Assert.That((await ProblemAsync(response)).GetProperty("detail").GetString(), Does.Contain("$.amount"));
    }

    [Test]
    public async Task Another_content_type_is_a_415()
    {
        using var response = await _http.PostAsync("/json", new StringContent("{}", Encoding.UTF8, "text/plain"));
        Assert.That(((int)response.StatusCode, (await ProblemAsync(response)).GetProperty("code").GetString()), Is.EqualTo((415, "unsupported_media_type")));
    }

    [Test]
    public async Task A_body_beyond_the_limit_is_a_413()
    {
        using var response = await _http.PostAsync("/json", new StringContent($"{{\"amount\":1,\"x\":\"{new string('a', 2000)}\"}}", Encoding.UTF8, "application/json"));
        Assert.That(((int)response.StatusCode, (await ProblemAsync(response)).GetProperty("code").GetString()), Is.EqualTo((413, "payload_too_large")));
    }

    [Test]
    public async Task A_bad_query_is_a_400()
    {
        var (response, problem) = await GetAsync("/number?number=x");
        Assert.That(((int)response.StatusCode, problem.GetProperty("code").GetString()), Is.EqualTo((400, "invalid_request")));
    }

    [Test]
    public async Task An_unknown_route_is_a_404_and_a_known_one_with_another_method_a_405_that_says_which()
    {
        var (missing, problem) = await GetAsync("/nothing");
        using var other = await _http.DeleteAsync("/json");
        Assert.Multiple(async () =>
        {
            Assert.That(((int)missing.StatusCode, problem.GetProperty("code").GetString()), Is.EqualTo((404, "not_found")));
            Assert.That(((int)other.StatusCode, (await ProblemAsync(other)).GetProperty("code").GetString()), Is.EqualTo((405, "method_not_allowed")));
            Assert.That(other.Content.Headers.Allow, Is.EqualTo(new[] { "POST" }));
        });
    }

    [TestCase(418, "invalid_request")]
    [TestCase(503, "service_unavailable")]
    public async Task A_bare_status_gets_a_body_and_keeps_its_headers(int status, string code)
    {
        var (response, problem) = await GetAsync($"/bare/{status}");
        Assert.Multiple(() =>
        {
            Assert.That((int)response.StatusCode, Is.EqualTo(status));
            Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(status));
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo(code));
            Assert.That(response.Content.Headers.Allow, Is.EqualTo(new[] { "GET" }));
        });
    }

    [Test]
    public async Task A_refusal_carries_its_facts_and_when_to_come_back()
    {
        var (response, problem) = await GetAsync("/refuses");
        Assert.Multiple(() =>
        {
            Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("application/problem+json"));
            Assert.That(response.Headers.RetryAfter?.ToString(), Is.EqualTo("2"));
            Assert.That(response.Headers.CacheControl?.ToString(), Is.EqualTo("no-store"));
            Assert.That(problem.EnumerateObject().Select(member => member.Name),
                Is.EquivalentTo(new[] { "type", "title", "status", "code", "detail", "retryable", "trace_id", "limit" }));
            Assert.That(problem.GetProperty("type").GetString(), Is.EqualTo("urn:videogen:error:queue_full"));
            Assert.That(problem.GetProperty("limit").GetInt32(), Is.EqualTo(3));
            Assert.That(problem.GetProperty("retryable").GetBoolean(), Is.True);
        });
    }

    [Test]
    public async Task A_field_at_fault_is_named_twice()
    {
        var (_, problem) = await GetAsync("/field");
        Assert.Multiple(() =>
        {
            Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo("model: must be a slug"));
            Assert.That(problem.GetProperty("errors").GetProperty("model")[0].GetString(), Is.EqualTo("must be a slug"));
        });
    }

    [Test]
    public async Task An_answer_to_HEAD_has_no_body()
    {
        using var response = await _http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/nothing"));
        Assert.That(((int)response.StatusCode, (await response.Content.ReadAsByteArrayAsync()).Length), Is.EqualTo((404, 0)));
    }

    [Test]
    public void A_fault_after_the_first_byte_breaks_the_answer_off() =>
        Assert.That(async () => await _http.GetStringAsync("/late"), Throws.InstanceOf<HttpRequestException>());

    [TestCase("/nothing")]
    [TestCase("/throws")]
    [TestCase("/refuses")]
    [TestCase("/bare/503")]
    public async Task Another_shape_is_used_everywhere_when_the_request_has_one(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Other-Shape", "1");
        using var response = await _http.SendAsync(request);
        Assert.That(await response.Content.ReadAsStringAsync(), Does.StartWith("other: "));
    }

    async Task<(HttpResponseMessage Response, JsonElement Problem)> GetAsync(string path)
    {
        var response = await _http.GetAsync(path);
        return (response, await ProblemAsync(response));
    }

    static async Task<JsonElement> ProblemAsync(HttpResponseMessage response) => JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    sealed record Order(int Amount);

    sealed class OtherShape : IProblemWriter
    {
        public Task WriteAsync(HttpContext context, Problem problem, TimeSpan? retryAfter) => context.Response.WriteAsync("other: " + problem.Code);
    }
}
