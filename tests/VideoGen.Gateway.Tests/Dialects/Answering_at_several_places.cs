using System.Net.Http.Headers;
using System.Text.Json;
using VideoGen.Gateway.Dialects;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Dialects;

/// <summary>Two dialects, each on a port and a host name of its own, beside each other and the native API.</summary>
[TestFixture]
public sealed class Answering_at_several_places
{
    const string UnknownJob = "0194d3a0-2222-7000-8000-000000000002";

    readonly int _studioPort = TestPorts.Free();
    readonly int _vydraPort = TestPorts.Free();
    GatewayApplication _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await GatewayApplication.StartAsync(
        $"Dialects:AiStudio:Port={_studioPort}", "Dialects:AiStudio:Hosts:0=studio.example.com",
        $"Dialects:Vydra:Port={_vydraPort}", "Dialects:Vydra:Hosts:0=vydra.example.com", "Dialects:Vydra:Hosts:1=other.example.com",
        "Dialects:VividFlow:Port=0", "Dialects:Visualizr:Port=");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Each_port_speaks_its_own()
    {
        Assert.Multiple(async () =>
        {
            Assert.That(await AskAsync(On(_studioPort), "/api/v1/video-jobs/" + UnknownJob), Is.EqualTo("404 detail: Video job not found"));
            Assert.That(await AskAsync(On(_vydraPort), "/api/v1/jobs/job_" + UnknownJob), Is.EqualTo("404 error: Job not found"));
            Assert.That(await AskAsync(On(_studioPort), "/api/v1/jobs/" + UnknownJob), Is.EqualTo("404 detail: Not Found"), "no route of AI Studio's");
            Assert.That(await AskAsync(On(_vydraPort), "/v1/jobs/" + UnknownJob), Is.EqualTo("404 error: Not found"), "the native API is elsewhere");
        });
    }

    [Test]
    public async Task Each_host_speaks_its_own_on_the_gateway_s_port()
    {
        Assert.Multiple(async () =>
        {
            Assert.That(await AskAsync(_gateway.Address, "/api/v1/video-jobs/" + UnknownJob, "studio.example.com"), Is.EqualTo("404 detail: Video job not found"));
            Assert.That(await AskAsync(_gateway.Address, "/api/v1/jobs/" + UnknownJob, "vydra.example.com"), Is.EqualTo("404 error: Job not found"));
            Assert.That(await AskAsync(_gateway.Address, "/api/v1/jobs/" + UnknownJob, "OTHER.example.com"), Is.EqualTo("404 error: Job not found"));
            Assert.That(await AskAsync(_gateway.Address, "/v1/jobs/" + UnknownJob, "elsewhere.example.com"), Does.StartWith("404 type: urn:videogen"));
        });
    }

    [Test]
    public async Task The_prefixes_go_on_working_everywhere()
    {
        Assert.Multiple(async () =>
        {
            Assert.That(await AskAsync(_gateway.Address, "/ai-studio/api/v1/video-jobs/" + UnknownJob), Is.EqualTo("404 detail: Video job not found"));
            Assert.That(await AskAsync(_gateway.Address, "/vydra/api/v1/jobs/" + UnknownJob), Is.EqualTo("404 error: Job not found"));
            Assert.That(await AskAsync(On(_studioPort), "/ai-studio/api/v1/video-jobs/" + UnknownJob), Is.EqualTo("404 detail: Video job not found"));
        });
    }

    [Test]
    public void Nothing_and_zero_open_no_port() =>
        Assert.That(_gateway.Get<DialectMounts>().All.Where(mount => mount.Options.OwnPort is not null).Select(mount => mount.Dialect.Section), Is.EquivalentTo(new[] { "AiStudio", "Vydra" }));

    static Uri On(int port) => new($"http://127.0.0.1:{port}");

    /// <summary>Status, and the body's first member.</summary>
    async Task<string> AskAsync(Uri address, string path, string? host = null)
    {
        using var client = GatewayApplication.NewClient(address);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _gateway.Services.AddKey());
        using var response = await client.SendAsync(request);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var first = body.RootElement.EnumerateObject().First();
        return $"{(int)response.StatusCode} {first.Name}: {first.Value}";
    }
}
