using System.Net;

namespace VideoGen.Gateway.Tests.Limits;

[TestFixture]
public sealed class Calling_from_a_browser
{
    const string Known = "https://app.example.com";

    [Test]
    public async Task Is_not_possible_from_other_origins_by_default()
    {
        await using var gateway = await StartAsync();
        using var preflight = await PreflightAsync(gateway, Known);
        using var plain = await gateway.SendAsync(HttpMethod.Get, "/v1/plans", headers: ("Origin", Known));
        Assert.Multiple(() =>
        {
            Assert.That(preflight.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
            Assert.That(CorsHeaders(preflight).Concat(CorsHeaders(plain)), Is.Empty);
        });
    }

    [Test]
    public async Task Works_from_a_configured_origin()
    {
        await using var gateway = await StartAsync($"Gateway:Cors:Origins:0={Known}");
        using var preflight = await PreflightAsync(gateway, Known);
        using var plain = await gateway.SendAsync(HttpMethod.Get, "/v1/plans", headers: ("Origin", Known));
        Assert.Multiple(() =>
        {
            Assert.That(preflight.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(preflight.Headers.GetValues("Access-Control-Allow-Origin").Single(), Is.EqualTo(Known));
            Assert.That(preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(), Does.Contain("Idempotency-Key")
                .And.Contain("X-VideoGen-Mode"));
            Assert.That(preflight.Headers.GetValues("Access-Control-Allow-Methods").Single(), Does.Contain("POST"));
            Assert.That(preflight.Headers.GetValues("Access-Control-Max-Age").Single(), Is.EqualTo("600"));
            Assert.That(plain.Headers.GetValues("Access-Control-Allow-Origin").Single(), Is.EqualTo(Known));
            Assert.That(plain.Headers.GetValues("Access-Control-Expose-Headers").Single(), Does.Contain("RateLimit-Remaining"));
        });
    }

    [Test]
    public async Task Is_not_possible_from_another_origin()
    {
        await using var gateway = await StartAsync($"Gateway:Cors:Origins:0={Known}");
        foreach (var origin in (string[])["https://evil.example", "https://app.example.com.evil.example", "http://app.example.com", "null"])
        {
            using var preflight = await PreflightAsync(gateway, origin);
            using var plain = await gateway.SendAsync(HttpMethod.Get, "/v1/plans", headers: ("Origin", origin));
            Assert.That(CorsHeaders(preflight).Concat(CorsHeaders(plain)).Where(header => header == "Access-Control-Allow-Origin"), Is.Empty, origin);
        }
    }

    [Test]
    public async Task Works_from_everywhere_when_so_configured_and_never_with_credentials()
    {
        await using var gateway = await StartAsync("Gateway:Cors:Origins:0=*");
        using var preflight = await PreflightAsync(gateway, "https://anything.example");
        Assert.Multiple(() =>
        {
            Assert.That(preflight.Headers.GetValues("Access-Control-Allow-Origin").Single(), Is.EqualTo("*"));
            Assert.That(CorsHeaders(preflight), Has.None.EqualTo("Access-Control-Allow-Credentials"));
        });
    }

    [Test]
    public async Task Can_read_an_error_too()
    {
        await using var gateway = await StartAsync($"Gateway:Cors:Origins:0={Known}");
        foreach (var path in (string[])["/v1/jobs", "/v1/nothing", "/vivid-flow/api/v1/usage"])
        {
            using var response = await gateway.SendAsync(HttpMethod.Get, path, headers: ("Origin", Known));
            Assert.That(CorsHeaders(response), Has.Some.EqualTo("Access-Control-Allow-Origin"), path);
        }
    }

    [Test]
    public async Task Gets_security_headers_on_every_answer()
    {
        await using var gateway = await StartAsync();
        foreach (var path in (string[])["/", "/health", "/v1/plans", "/v1/jobs", "/v1/nothing", "/vivid-flow/api/v1/usage", "/docs/index.html", "/openapi/v1.json", "/v1/a%2fb"])
        {
            using var response = await gateway.SendAsync(HttpMethod.Get, path);
            Assert.Multiple(() =>
            {
                Assert.That(response.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"), path);
                Assert.That(response.Headers.GetValues("X-Frame-Options").Single(), Is.EqualTo("DENY"), path);
                Assert.That(response.Headers.GetValues("Referrer-Policy").Single(), Is.EqualTo("no-referrer"), path);
                Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("frame-ancestors 'none'"), path);
                Assert.That(response.Headers.Contains("Server"), Is.False, path);
                Assert.That(response.Headers.Contains("Strict-Transport-Security"), Is.False, "only over https");
            });
        }
    }

    static async Task<GatewayApplication> StartAsync(params string[] settings)
    {
        var gateway = await GatewayApplication.StartAsync(settings);
        gateway.Services.On("accounts", "GET", "/v1/plans", 200, new { ok = true });
        return gateway;
    }

    static Task<HttpResponseMessage> PreflightAsync(GatewayApplication gateway, string origin) => gateway.SendAsync(HttpMethod.Options, "/v1/jobs", headers:
        [("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type,idempotency-key")]);

    static IEnumerable<string> CorsHeaders(HttpResponseMessage response) =>
        response.Headers.Select(header => header.Key).Where(name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
}
