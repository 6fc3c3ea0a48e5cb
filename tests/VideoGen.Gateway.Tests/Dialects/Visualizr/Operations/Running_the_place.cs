using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace VideoGen.Gateway.Tests.Dialects.Visualizr.Operations;

[TestFixture]
public sealed class Running_the_place
{
    static IEnumerable<TestCaseData> All() => Transcript.In("Visualizr/Operations");

    [TestCaseSource(nameof(All))]
    public async Task Gives_the_recorded_answer(string path)
    {
        await using var gateway = await GatewayApplication.StartAsync();
        ServeCatalog(gateway.Services);
        var differences = await Transcript.Read(path).PlayAsync(gateway);
        Assert.Multiple(() =>
        {
            Assert.That(differences, Is.Empty);
            Assert.That(gateway.Errors, Is.Empty);
        });
    }

    [Test]
    public async Task Health_is_asked_of_the_services_once_however_many_ask()
    {
        await using var gateway = await GatewayApplication.StartAsync(new FakeTimeProvider(DateTimeOffset.UtcNow));
        ServeCatalog(gateway.Services);
        gateway.Services.On("providers", "GET", "/internal/memory", 200, """{"gpus":[],"models":[]}""");
        gateway.Services.On("jobs", "GET", "/internal/statistics/system", 200, """{"pending":0,"processing":0,"completed_today":0}""");
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => (await gateway.Http.GetAsync("/visualizr/api/v1/health")).EnsureSuccessStatusCode()));
        Assert.That(gateway.Services.Received.Count(request => request.Target == "/internal/memory"), Is.EqualTo(1));
        Assert.That(gateway.Services.Received.Count(request => request.Target == "/internal/statistics/system"), Is.EqualTo(1));
    }

    [TestCase("POST", "/models/stable-video-diffusion/load", "jobs:write")]
    [TestCase("POST", "/models/stable-video-diffusion/unload", "jobs:write")]
    [TestCase("GET", "/metrics", "jobs:read")]
    public async Task Needs_a_scope(string method, string path, string scope)
    {
        await using var gateway = await GatewayApplication.StartAsync();
        ServeCatalog(gateway.Services);
        var key = gateway.Services.AddKey(identity => identity with { Scopes = [.. identity.Scopes.Where(one => one != scope)] });
        using var answer = await gateway.SendAsync(new HttpMethod(method), "/visualizr/api/v1" + path, key);
        Assert.That((int)answer.StatusCode, Is.EqualTo(403));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain($"This credential lacks the scope {scope}."));
    }

    [Test]
    public async Task A_test_key_gets_the_figures_of_the_test_keys()
    {
        await using var gateway = await GatewayApplication.StartAsync();
        var key = gateway.Services.AddKey(identity => identity with { Test = true });
        (await gateway.SendAsync(HttpMethod.Get, "/visualizr/api/v1/metrics", key)).Dispose();
        Assert.That(gateway.Services.Received.Select(request => request.Target), Has.Member($"/internal/statistics?account_id={gateway.Services.IdentityOf(key).AccountId}&test=true"));
    }

    /// <summary>The program's own models.</summary>
    static void ServeCatalog(FakeServices services)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder!.FullName, "catalog", "models"))) folder = folder.Parent;
        var models = new JsonArray([.. Directory.EnumerateFiles(Path.Combine(folder.FullName, "catalog", "models"), "*.json").Order(StringComparer.Ordinal)
            .Select(path => JsonNode.Parse(File.ReadAllText(path)))]);
        services.On("providers", "GET", "/internal/catalog", 200, new JsonObject { ["models"] = models }.ToJsonString());
    }
}
