using System.Net;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Routes;

[TestFixture]
public sealed class Showing_a_page
{
    const string Cookie = "videogen-session=sealed";

    GatewayApplication _gateway = null!;
    int _port;

    [OneTimeSetUp]
    public async Task Start()
    {
        _port = TestPorts.Free();
        _gateway = await GatewayApplication.StartAsync($"Dialects:AiStudio:Port={_port}");
        _gateway.Services.On("web", "*", "/*", 200, new { page = true }, ("Set-Cookie", "videogen-session=new; HttpOnly"), ("Content-Security-Policy", "default-src 'self'"));
        _gateway.Services.On("jobs", "*", "/v1/jobs*", 200, new { ok = true });
    }

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [SetUp]
    public void Forget() => _gateway.Services.ClearReceived();

    [TestCase("/video-monitor")]
    [TestCase("/video-monitor/live")]
    [TestCase("/AIStudio/video-monitor")]
    [TestCase("/AIStudio/video-monitor/jobs?status=FAILED")]
    [TestCase("/web/sign-in")]
    [TestCase("/web/files/0123/pages.css")]
    [TestCase("/jobs?state=failed")]
    [TestCase("/account/keys")]
    [TestCase("/studio/live")]
    public async Task Takes_cookies_there_and_back_and_leaves_the_pages_own_policy(string path)
    {
        using var answer = await _gateway.SendAsync(HttpMethod.Get, path, headers: ("Cookie", Cookie));
        var received = _gateway.Services.Received.Single();
        Assert.Multiple(() =>
        {
            Assert.That((received.Service, received.Target), Is.EqualTo(("web", path)));
            Assert.That(received.Headers["Cookie"], Is.EqualTo(Cookie));
            Assert.That(answer.Headers.GetValues("Set-Cookie").Single(), Does.StartWith("videogen-session=new"));
            Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Is.EqualTo("default-src 'self'"));
        });
    }

    [Test]
    public async Task A_browser_gets_the_studio_at_the_root_and_a_program_the_index()
    {
        using var page = await _gateway.SendAsync(HttpMethod.Get, "/", headers: ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"));
        Assert.That(_gateway.Services.Received.Single().Service, Is.EqualTo("web"));
        using var index = await _gateway.SendAsync(HttpMethod.Get, "/", headers: ("Accept", "*/*"));
        Assert.That(await index.Content.ReadAsStringAsync(), Does.Contain("/openapi/v1.json"));
    }

    [Test]
    public async Task Tells_no_other_service_of_cookies()
    {
        var key = _gateway.Services.AddKey();
        using var answer = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", key, headers: ("Cookie", Cookie));
        Assert.That(_gateway.Services.Received[^1].Headers.Keys, Has.None.EqualTo("Cookie").IgnoreCase);
    }

    [Test]
    public async Task Passes_no_credential_on_to_a_page()
    {
        var key = _gateway.Services.AddKey();
        using var answer = await _gateway.SendAsync(HttpMethod.Get, "/video-monitor", key, headers: ("X-API-Key", key));
        var received = _gateway.Services.Received.Single();
        var caller = await _gateway.CallerOfAsync(received);
        Assert.Multiple(() =>
        {
            Assert.That(received.Headers.Values, Has.None.Contains(key));
            Assert.That(caller, Is.Null);
        });
    }

    [TestCase("/video-monitor")]
    [TestCase("/AIStudio/video-monitor/live")]
    [TestCase("/web/sign-in")]
    public async Task Shows_it_at_the_root_of_AI_Studios_own_port_too(string path)
    {
        using var browser = GatewayApplication.NewClient(new Uri($"http://127.0.0.1:{_port}"));
        using var answer = await browser.GetAsync(path);
        Assert.That((answer.StatusCode, _gateway.Services.Received.Single().Target), Is.EqualTo((HttpStatusCode.OK, path)));
    }

    [TestCase("/v1/jobs")]
    [TestCase("/")]
    [TestCase("/jobs")]
    [TestCase("/account")]
    [TestCase("/video-monitors")]
    [TestCase("/webx")]
    public async Task Everything_else_there_is_the_dialects(string path)
    {
        using var browser = GatewayApplication.NewClient(new Uri($"http://127.0.0.1:{_port}"));
        using var answer = await browser.GetAsync(path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.StartWith("{\"detail\":"));
    }
}
