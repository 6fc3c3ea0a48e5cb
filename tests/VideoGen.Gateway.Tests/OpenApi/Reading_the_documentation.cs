using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;

namespace VideoGen.Gateway.Tests.OpenApi;

[TestFixture]
public sealed partial class Reading_the_documentation
{
    const string JobsPart = """
        {"openapi":"3.1.1","info":{"title":"jobs","version":"1"},"paths":{
          "/v1/jobs":{"get":{"tags":["jobs"],"operationId":"ListJobs","responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Page"}}}}}}},
          "/internal/secret":{"get":{"responses":{}}},
          "/v1/plans":{"get":{"responses":{}}},
          "/metrics":{"get":{"responses":{}}}},
         "components":{"schemas":{"Page":{"type":"object","properties":{"job":{"$ref":"#/components/schemas/Item"}}},"Item":{"type":"string"},"Problem":{"type":"string"}}}}
        """;

    const string AccountsPart = """
        {"openapi":"3.1.1","info":{"title":"accounts","version":"1"},"paths":{
          "/v1/accounts":{"post":{"tags":["accounts"],"operationId":"SignUp","responses":{"201":{"description":"ok"}}}},
          "/v1/account":{"get":{"tags":["accounts"],"operationId":"GetAccount","responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Item"}}}}}}}},
         "components":{"schemas":{"Item":{"type":"integer"}}}}
        """;

    FakeTimeProvider _time = null!;
    GatewayApplication _gateway = null!;

    [SetUp]
    public async Task Start()
    {
        _time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        _gateway = await GatewayApplication.StartAsync(_time);
        _gateway.Services.On("jobs", "GET", "/internal/openapi/v1.json", 200, JobsPart);
        _gateway.Services.On("accounts", "GET", "/internal/openapi/v1.json", 200, AccountsPart);
    }

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Shows_the_public_operations_of_all_services()
    {
        var document = await ReadAsync();
        Assert.Multiple(() =>
        {
            Assert.That(document.GetProperty("paths").EnumerateObject().Select(path => path.Name), Is.EqualTo(new[] { "/v1/account", "/v1/accounts", "/v1/jobs" }));
            Assert.That(document.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()), Is.EqualTo(new[] { "accounts", "jobs" }));
            Assert.That(document.GetProperty("servers")[0].GetProperty("url").GetString(), Is.EqualTo("/"));
            Assert.That(document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name), Is.EqualTo(new[] { "bearer", "apiKey" }));
        });
    }

    [Test]
    public async Task Says_which_operations_need_no_credential_and_how_errors_look()
    {
        var paths = (await ReadAsync()).GetProperty("paths");
        Assert.Multiple(() =>
        {
            Assert.That(paths.GetProperty("/v1/accounts").GetProperty("post").GetProperty("security").GetArrayLength(), Is.Zero);
            Assert.That(paths.GetProperty("/v1/jobs").GetProperty("get").TryGetProperty("security", out _), Is.False);
            Assert.That(paths.GetProperty("/v1/jobs").GetProperty("get").GetProperty("responses").GetProperty("default").GetProperty("$ref").GetString(),
                Is.EqualTo("#/components/responses/Problem"));
        });
    }

    [Test]
    public async Task Keeps_two_shapes_of_one_name_apart()
    {
        var document = await ReadAsync();
        var schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.Multiple(() =>
        {
            Assert.That(schemas.EnumerateObject().Select(schema => schema.Name), Is.EqualTo(new[] { "Item", "JobsItem", "Page", "Problem" }));
            Assert.That(schemas.GetProperty("Item").GetProperty("type").GetString(), Is.EqualTo("integer"));
            Assert.That(schemas.GetProperty("Page").GetProperty("properties").GetProperty("job").GetProperty("$ref").GetString(), Is.EqualTo("#/components/schemas/JobsItem"));
            Assert.That(schemas.GetProperty("Problem").GetProperty("properties").GetProperty("code").GetProperty("enum").GetArrayLength(), Is.EqualTo(HttpApi.Errors.ErrorCodes.All.Count));
        });
    }

    [Test]
    public async Task Keeps_the_part_of_a_service_that_has_gone()
    {
        await ReadAsync();
        _gateway.Services.On("jobs", "GET", "/internal/openapi/v1.json", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.That((await ReadAsync()).GetProperty("paths").TryGetProperty("/v1/jobs", out _), Is.True);
    }

    [Test]
    public async Task Is_cached()
    {
        foreach (var service in (string[])["providers", "storage"]) _gateway.Services.On(service, "GET", "/internal/openapi/v1.json", 200, """{"paths":{}}""");
        for (var read = 0; read < 20; read++) await ReadAsync();
        Assert.That(_gateway.Services.Received.Count(request => request.Target == "/internal/openapi/v1.json"), Is.EqualTo(4));
    }

    [Test]
    public async Task Opens_pages_that_need_no_other_host()
    {
        using var index = await _gateway.SendAsync(HttpMethod.Get, "/docs/index.html");
        var html = await index.Content.ReadAsStringAsync();
        var assets = Source().Matches(html).Select(match => match.Groups[1].Value).Where(source => !source.StartsWith("data:", StringComparison.Ordinal)).ToList();
        Assert.Multiple(async () =>
        {
            Assert.That(index.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(html, Does.Contain("VideoGen API"));
            Assert.That(assets, Is.Not.Empty);
            Assert.That(assets.Where(source => source.Contains("//", StringComparison.Ordinal)), Is.Empty);
            Assert.That(html, Does.Not.Contain("<script>"), "inline scripts would be refused by the page's own policy");
            foreach (var asset in assets) Assert.That(await _gateway.StatusOfAsync("/docs/" + asset.TrimStart('.', '/')), Is.EqualTo(HttpStatusCode.OK), asset);
        });
        var script = await _gateway.Http.GetStringAsync("/docs/index.js");
        Assert.Multiple(() =>
        {
            Assert.That(html + script, Does.Contain("/openapi/v1.json"));
            Assert.That(html + script, Does.Not.Contain("validator.swagger.io"));
        });
    }

    [Test]
    public async Task Finds_its_way_from_the_root()
    {
        using var index = JsonDocument.Parse(await _gateway.Http.GetStringAsync("/"));
        Assert.Multiple(() =>
        {
            Assert.That(index.RootElement.GetProperty("documentation").GetString(), Is.EqualTo("/docs"));
            Assert.That(index.RootElement.GetProperty("dialects")[0].GetProperty("base_url").GetString(), Is.EqualTo("/vivid-flow/api/v1"));
        });
    }

    async Task<JsonElement> ReadAsync()
    {
        using var document = JsonDocument.Parse(await _gateway.Http.GetStringAsync("/openapi/v1.json"));
        return document.RootElement.Clone();
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Source();
}
