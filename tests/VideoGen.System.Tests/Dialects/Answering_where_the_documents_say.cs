using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using VideoGen.Gateway.Dialects;
using VideoGen.Testing;

namespace VideoGen.System.Tests.Dialects;

/// <summary>A system with ports of their own for two dialects, one of which something else has already.</summary>
[TestFixture]
[NonParallelizable]
public sealed class Answering_where_the_documents_say
{
    readonly TcpListener _neighbour = new(IPAddress.Loopback, 0);
    RunningSystem _system = null!;
    int _port;

    [OneTimeSetUp]
    public async Task Start()
    {
        _neighbour.Start();
        _port = TestPorts.Free();
        _system = await RunningSystem.StartAsync(overrides: new Dictionary<string, string>
        {
            ["Dialects__AiStudio__Port"] = $"{_port}",
            ["Dialects__Visualizr__Port"] = $"{((IPEndPoint)_neighbour.LocalEndpoint).Port}",
            ["Dialects__Vydra__Port"] = "",
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_system is not null) await _system.DisposeAsync();
        _neighbour.Dispose();
    }

    [Test]
    public async Task Every_dialect_answers_where_the_announcement_says()
    {
        using var client = new HttpClient();
        foreach (var dialect in DialectExtensions.All)
        {
            var announced = _system.Endpoints.Dialects.Single(one => one.Name == dialect.Section);
            Assert.That(announced.Url, Does.StartWith($"{_system.Endpoints.Gateway}/{dialect.Name}"));
            foreach (var url in new[] { announced.Url, announced.RootUrl }.OfType<string>())
            {
                using var answer = await client.GetAsync(new Uri(url + "/no/such/route"));
                Assert.That((answer.StatusCode, answer.Content.Headers.ContentType!.MediaType), Is.EqualTo((HttpStatusCode.NotFound, "application/json")), url);
            }
        }
    }

    [Test]
    public async Task A_port_of_its_own_has_the_document_s_paths()
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _system.Endpoints.ApiKey);
        Assert.That(await client.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/api/v1/video-jobs")), Is.EqualTo("""{"jobs":[],"total":0}"""));
    }

    [Test]
    public void A_port_that_something_else_has_is_left_alone_and_named()
    {
        var roots = _system.Endpoints.Dialects.ToDictionary(dialect => dialect.Name, dialect => dialect.RootUrl);
        Assert.Multiple(() =>
        {
            Assert.That(roots["AiStudio"], Is.EqualTo($"http://127.0.0.1:{_port}/api/v1"));
            Assert.That(roots["Visualizr"], Is.Null);
            Assert.That(roots["Vydra"], Is.Null);
            Assert.That(_system.Output, Has.One.Contains("/visualizr  (port ").And.Contains(" is in use)"));
            Assert.That(_system.Output, Has.One.Contains($"/ai-studio/api/v1  and  http://127.0.0.1:{_port}/api/v1"));
        });
    }
}
