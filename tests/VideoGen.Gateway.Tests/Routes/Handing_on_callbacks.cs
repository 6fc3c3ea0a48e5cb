using System.Text;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Tests.Routes;

/// <summary>Vendors' requests on their way to Providers, which checks their signatures.</summary>
[TestFixture]
public sealed class Handing_on_callbacks
{
    const string Body = """{"id": "x",  "status":"succeeded"}""";

    GatewayApplication _gateway = null!;

    [SetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync("Limits:MaxCallbackBytes=2048", "Limits:CallbacksPerMinute=2");
        _gateway.Services.On("providers", "POST", "/callbacks/acme", 200, new { received = true });
    }

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task The_bytes_the_query_and_the_signature_go_on_and_no_credential()
    {
        var key = _gateway.Services.AddKey();
        var answer = await SendAsync(Body, $"X-Acme-Signature: v1,x\r\nAuthorization: Bearer {key}\r\nX-API-Key: {key}\r\nCookie: a=b\r\nX-Forwarded-For: 1.2.3.4\r\n");
        var received = _gateway.Services.Received.Single();
        Assert.Multiple(() =>
        {
            Assert.That(answer, Does.StartWith("HTTP/1.1 200 ").And.Contain("""{"received":true}"""));
            Assert.That((received.Target, received.Body, received.Headers["X-Acme-Signature"]), Is.EqualTo(("/callbacks/acme?ref=7", Body, "v1,x")));
            foreach (var name in (string[])["Authorization", "X-API-Key", "Cookie", CallerToken.Header])
                Assert.That(received.Headers.Keys, Has.None.EqualTo(name).IgnoreCase);
        });
    }

    [Test]
    public async Task A_body_that_is_too_large_is_refused_here()
    {
        Assert.That(await SendAsync(new string('x', 2049), ""), Does.StartWith("HTTP/1.1 413 "));
        Assert.That(_gateway.Services.Received, Is.Empty);
    }

    [Test]
    public async Task More_than_an_address_may_send_are_refused()
    {
        await SendAsync(Body, "");
        await SendAsync(Body, "");
        Assert.That(await SendAsync(Body, ""), Does.StartWith("HTTP/1.1 429 "));
        Assert.That(_gateway.Services.Received, Has.Count.EqualTo(2));
    }

    Task<string> SendAsync(string body, string headers) => RawConnection.SendAsync(_gateway.Address, Encoding.UTF8.GetBytes(
        $"POST /callbacks/acme?ref=7 HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
}
