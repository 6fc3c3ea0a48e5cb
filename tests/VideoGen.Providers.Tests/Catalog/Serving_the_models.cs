using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Catalog;

[TestFixture]
internal sealed class Serving_the_models
{
    ProvidersApplication _providers = null!;

    [OneTimeSetUp]
    public async Task Start() => _providers = await ProvidersApplication.StartAsync(("Connectors:Simulator:Instant", "true"));

    [OneTimeTearDown]
    public async Task Stop() => await _providers.DisposeAsync();

    [Test]
    public async Task The_catalogue_comes_with_a_tag_and_only_once()
    {
        using var first = await _providers.Inside.GetAsync("/internal/catalog");
        var catalog = await first.Content.ReadFromJsonAsync<Contracts.Catalog>(ApiJson.Options);
        Assert.That(catalog!.Models.Select(model => model.Slug), Is.EqualTo(
            Directory.EnumerateFiles(Path.Combine(ServiceSettings.CatalogFolder, "models"), "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)));
        Assert.That(catalog.Models.Select(model => model.Routes), Has.All.Not.Empty);
        Assert.That(first.Headers.ETag!.IsWeak, Is.False);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/internal/catalog") { Headers = { IfNoneMatch = { first.Headers.ETag } } };
        using var second = await _providers.Inside.SendAsync(request);
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        Assert.That(await second.Content.ReadAsByteArrayAsync(), Is.Empty);

        using var other = new HttpRequestMessage(HttpMethod.Get, "/internal/catalog") { Headers = { IfNoneMatch = { new EntityTagHeaderValue("\"other\"") } } };
        using var third = await _providers.Inside.SendAsync(other);
        Assert.That(third.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("/v1/models")]
    [TestCase("/v1/models/wan2.1")]
    public async Task Anybody_may_read_what_there_is(string path)
    {
        using var response = await _providers.Anonymous.GetAsync(path);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("/internal/catalog")]
    [TestCase("/admin/v1/attempts?job_id=00000000-0000-0000-0000-000000000000")]
    [TestCase("/admin/v1/connectors")]
    public async Task Nobody_gets_in_without_a_caller(string path)
    {
        using var response = await _providers.Anonymous.GetAsync(path);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("", null)]
    [TestCase("?kind=video", "video")]
    [TestCase("?kind=image&active=true", "image")]
    [TestCase("?kind=audio", "audio")]
    [TestCase("?kind=text", "text")]
    [TestCase("?active=false", "none")]
    public async Task Models_are_listed_and_filtered(string query, string? kind)
    {
        var list = await _providers.Customer.GetFromJsonAsync<JsonElement>("/v1/models" + query);
        var shipped = ModelCatalog.Read(ServiceSettings.CatalogFolder, new FakeConnectors().All).Models;
        Assert.That(list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("slug").GetString()), Is.EqualTo(
            shipped.Where(model => kind is null || model.Kind == kind).Select(model => model.Slug)));
    }

    [TestCase("?kind=film", "kind")]
    [TestCase("?active=1", "active")]
    [TestCase("?kind=film&active=yes", "active")]
    public async Task A_filter_of_the_wrong_sort_is_refused_by_name(string query, string field)
    {
        using var response = await _providers.Customer.GetAsync("/v1/models" + query);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("invalid_request"));
        Assert.That(problem.GetProperty("errors").TryGetProperty(field, out _), Is.True);
    }

    [Test]
    public async Task A_model_shows_its_schema_price_and_capabilities_but_not_its_routes()
    {
        var text = await _providers.Customer.GetStringAsync("/v1/models/veo3.1");
        var model = JsonElement.Parse(text);
        Assert.That(model.GetProperty("input_schema").GetProperty("properties").GetProperty("duration_seconds").GetProperty("enum").GetArrayLength(), Is.EqualTo(3));
        Assert.That(model.GetProperty("price").GetProperty("unit").GetString(), Is.EqualTo("second"));
        Assert.That(model.GetProperty("capabilities").GetProperty("sound").GetBoolean(), Is.True);
        Assert.That(text, Does.Not.Contain("routes").And.Not.Contain("simulator").And.Not.Contain("connector"));
    }

    [TestCase("nothing")]
    [TestCase("WAN2.1")]
    [TestCase("wan2.1%20")]
    [TestCase("%F0%9F%8E%AC")]
    public async Task A_model_that_is_not_there_is_not_found(string slug)
    {
        using var response = await _providers.Customer.GetAsync("/v1/models/" + slug);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound).Or.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
    }

    [Test]
    public async Task Health_follows_from_the_jobs_that_ran_and_not_from_tests()
    {
        Assert.That((await HealthAsync()).GetProperty("status").GetString(), Is.EqualTo("unknown"));

        var test = await _providers.Jobs.StartAsync("wan2.1", new { prompt = "x" }, new(FailWith: "provider_failed"));
        await _providers.Jobs.WaitForAsync<GenerationFailed>(test);
        Assert.That((await HealthAsync()).GetProperty("attempts").GetInt32(), Is.Zero);

        var live = await _providers.Jobs.StartAsync("wan2.1", new { prompt = "x", width = 256, height = 256, length = 8 });
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(live);
        var health = await HealthAsync();
        Assert.That(health.GetProperty("status").GetString(), Is.EqualTo("healthy"));
        Assert.That(health.GetProperty("attempts").GetInt32(), Is.EqualTo(1));
        Assert.That(health.GetProperty("success_rate").GetDouble(), Is.EqualTo(1));
        Assert.That(health.GetProperty("median_seconds").GetDouble(), Is.InRange(0, 30));
    }

    [Test]
    public async Task The_service_describes_its_public_part_of_the_api()
    {
        var document = await _providers.Inside.GetFromJsonAsync<JsonElement>("/internal/openapi/v1.json");
        Assert.That(document.GetProperty("paths").EnumerateObject().Select(path => path.Name),
            Is.EquivalentTo((string[])
                ["/v1/models", "/v1/models/{slug}", "/admin/v1/attempts", "/admin/v1/alarms", "/admin/v1/connectors"]));
        Assert.That(document.GetProperty("paths").GetProperty("/v1/models").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Select(parameter => parameter.GetProperty("name").GetString()), Is.EqualTo((string[])["kind", "active"]));
    }

    async Task<JsonElement> HealthAsync() => (await _providers.Customer.GetFromJsonAsync<JsonElement>("/v1/models/wan2.1")).GetProperty("health");
}
