using System.Net;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Tests.Callers;

[TestFixture]
public sealed class Sending_identity_headers
{
    static readonly string[] Foreign =
    [
        "X-VideoGen-Caller", "X-VideoGen-Fingerprint", "x-videogen-anything", "X-User-Id", "X-User", "X-UserId", "X-Account-Id", "X-Tenant-Id", "X-Auth-Request-Email",
        "X-Internal-Identity", "X-Identity", "X-Caller", "X-Role", "X-Roles", "X-Scopes", "X-Real-IP", "X-Remote-User", "X-Client-IP", "X-Cluster-Client-IP",
        "True-Client-IP", "CF-Connecting-IP", "Fastly-Client-IP", "Remote-User", "Forwarded", "Via", "X-Original-URL", "X-Original-Host", "X-Rewrite-URL", "X-Host",
        "X-HTTP-Method-Override", "X-Method-Override", "X-Forwarded-User", "X-Forwarded-Client-Cert", "X-SSL-Client-Cert", "X-Envoy-External-Address",
        "X-MS-Client-Principal-Id", "X-Goog-Authenticated-User-Email", "Proxy-Authorization", "Cookie", "Baggage",
    ];

    GatewayApplication _gateway = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync();
        _gateway.Services.On("jobs", "*", "/v1/jobs*", 200, new { ok = true });
        _gateway.Services.On("accounts", "*", "/v1/plans*", 200, new { ok = true });
    }

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    static IEnumerable<string> Spellings() => Foreign.SelectMany(name => (string[])[name, name.Replace('-', '_'), name.ToUpperInvariant()]).Distinct();

    [TestCaseSource(nameof(Spellings))]
    public async Task Never_reaches_a_service(string header)
    {
        _gateway.Services.ClearReceived();
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/plans", headers: (header, "forged"));
        var received = _gateway.Services.Received.Single();
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(received.Headers.Where(one => one.Value.Contains("forged", StringComparison.Ordinal)), Is.Empty);
        });
    }

    [Test]
    public async Task Does_not_replace_the_callers_own_token()
    {
        _gateway.Services.ClearReceived();
        var forged = _gateway.Get<CallerToken>().Issue(new Caller(Guid.CreateVersion7(), null, null, Test: false, "enterprise", [], IsOperator: true));
        var key = _gateway.Services.AddKey();
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", key, headers: (CallerToken.Header, forged));
        var caller = await _gateway.CallerOfAsync(_gateway.Services.Received[^1]);
        Assert.That(caller?.AccountId, Is.EqualTo(_gateway.Services.IdentityOf(key).AccountId));
    }

    [Test]
    public async Task An_anonymous_request_carries_no_caller_even_when_it_brings_a_genuine_token()
    {
        _gateway.Services.ClearReceived();
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/plans", headers: (CallerToken.Header, _gateway.Get<CallerToken>().Issue(caller: null)));
        Assert.That(_gateway.Services.Received.Single().Headers.Keys, Has.None.EqualTo(CallerToken.Header).IgnoreCase);
    }

    [Test]
    public async Task Gives_the_service_the_true_address_and_host()
    {
        _gateway.Services.ClearReceived();
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/plans",
            headers: [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Prefix", "/evil")]);
        var headers = _gateway.Services.Received.Single().Headers;
        Assert.Multiple(() =>
        {
            Assert.That(headers["X-Forwarded-For"], Is.EqualTo("127.0.0.1"));
            Assert.That(headers["X-Forwarded-Proto"], Is.EqualTo("http"));
            Assert.That(headers["X-Forwarded-Host"], Is.EqualTo(_gateway.Address.Authority));
            Assert.That(headers.GetValueOrDefault("X-Forwarded-Prefix"), Is.Null.Or.Empty);
        });
    }

    [Test]
    public async Task Removes_what_a_connection_option_names()
    {
        _gateway.Services.ClearReceived();
        var answer = await RawConnection.SendAsync(_gateway.Address,
            "GET /v1/plans HTTP/1.1\r\nHost: x\r\nConnection: close, X-Hop, Host, Keep-Alive\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\nUpgrade: h2c\r\n\r\n");
        var headers = _gateway.Services.Received.Single().Headers;
        Assert.Multiple(() =>
        {
            Assert.That(answer, Does.StartWith("HTTP/1.1 200"));
            Assert.That(headers.Keys, Has.None.EqualTo("X-Hop").IgnoreCase.And.None.EqualTo("Keep-Alive").IgnoreCase.And.None.EqualTo("Upgrade").IgnoreCase);
            Assert.That(headers.Keys, Has.Some.EqualTo("Host").IgnoreCase);
        });
    }

    [Test]
    public async Task Lets_what_belongs_to_a_request_through()
    {
        _gateway.Services.ClearReceived();
        var key = _gateway.Services.AddKey();
        (string, string)[] sent =
            [("Idempotency-Key", "a-1"), ("If-None-Match", "\"7\""), ("Last-Event-ID", "12"), ("Accept", "text/event-stream"), ("Range", "bytes=0-9")];
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs/0194d3a0-0000-7000-8000-000000000000?wait=1s", key, headers: sent);
        var received = _gateway.Services.Received[^1];
        Assert.Multiple(() =>
        {
            foreach (var (name, value) in sent) Assert.That(received.Headers[name], Is.EqualTo(value));
            Assert.That(received.Target, Is.EqualTo("/v1/jobs/0194d3a0-0000-7000-8000-000000000000?wait=1s"));
            Assert.That(received.Headers["traceparent"], Is.Not.Empty);
        });
    }

    [Test]
    public async Task A_load_balancer_is_believed_only_when_it_is_named()
    {
        await using var trusting = await GatewayApplication.StartAsync("Gateway:Limits:TrustedProxies:0=127.0.0.0/8");
        trusting.Services.On("accounts", "GET", "/v1/plans", 200, new { ok = true });
        using var response = await trusting.SendAsync(HttpMethod.Get, "/v1/plans", headers: [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")]);
        var headers = trusting.Services.Received.Single().Headers;
        Assert.Multiple(() =>
        {
            Assert.That(headers["X-Forwarded-For"], Is.EqualTo("203.0.113.9"));
            Assert.That(headers["X-Forwarded-Proto"], Is.EqualTo("https"));
            Assert.That(response.Headers.GetValues("Strict-Transport-Security"), Is.Not.Empty);
        });
    }
}
