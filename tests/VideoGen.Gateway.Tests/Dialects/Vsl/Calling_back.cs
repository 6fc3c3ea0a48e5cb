using System.Text;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Tests.Dialects.Vsl;

/// <summary>Replicate's requests on their way to Providers.</summary>
[TestFixture]
public sealed class Calling_back
{
    const string Body = """{"id": "x",  "status":"succeeded"}""";

    GatewayApplication _gateway = null!;

    [SetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync();
        _gateway.Services.On("providers", "POST", "/internal/callbacks/replicate", 200, new CallbackAnswer(Accepted: false, "no"));
    }

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Hands_on_the_bytes_and_the_signature_and_nothing_else()
    {
        var key = _gateway.Services.AddKey();
        await SendAsync($"webhook-id: a\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,x v1,y\r\nX-API-Key: {key}\r\nX-Other: z\r\nIdempotency-Key: k\r\n");
        var received = _gateway.Services.Received.Single();
        var verdict = await _gateway.Get<CallerToken>().VerifyAsync(received.Headers[CallerToken.Header]);
        Assert.Multiple(() =>
        {
            Assert.That(received.Body, Is.EqualTo(Body));
            Assert.That((received.Headers["webhook-id"], received.Headers["webhook-timestamp"], received.Headers["webhook-signature"]), Is.EqualTo(("a", "1", "v1,x v1,y")));
            Assert.That(received.Headers.Keys, Has.None.EqualTo("X-API-Key").IgnoreCase.And.None.EqualTo("X-Other").IgnoreCase.And.None.EqualTo("Idempotency-Key").IgnoreCase);
            Assert.That(verdict, Is.EqualTo(new CallerTokenVerdict(IsValid: true, Caller: null)), "in the gateway's own name");
        });
    }

    [Test]
    public async Task A_signature_of_characters_that_none_can_have_counts_as_none()
    {
        var answer = await SendAsync("webhook-id: a\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,é\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 401 "));
        Assert.That(_gateway.Services.Received.Single().Headers.Keys, Has.None.EqualTo("webhook-signature").IgnoreCase);
    }

    Task<string> SendAsync(string headers) => RawConnection.SendAsync(_gateway.Address, Encoding.UTF8.GetBytes(
        $"POST /vsl/webhook/replicate HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}"));
}
