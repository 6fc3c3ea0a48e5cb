using System.Net;
using System.Text.Json;
using VideoGen.Gateway.Routes;

namespace VideoGen.Gateway.Tests.Routes;

[TestFixture]
public sealed class Asking_for_a_path
{
    GatewayApplication _gateway = null!;
    string _key = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync();
        foreach (var service in FakeServices.Names) _gateway.Services.On(service, "*", "/*", 200, new { service });
        _key = _gateway.Services.AddKey();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [SetUp]
    public void Forget() => _gateway.Services.ClearReceived();

    static IEnumerable<TestCaseData> EveryRoute() =>
        from route in RouteTable.All
        from method in route.AllowedMethods
        from path in Paths(route.Path)
        select new TestCaseData(route.Service, method, path);

    static IEnumerable<string> Paths(string template)
    {
        var path = template.Replace("{id}", "0194d3a0-0000-7000-8000-000000000000", StringComparison.Ordinal)
            .Replace("{vendor}", "acme", StringComparison.Ordinal);
        if (!path.EndsWith("/{**rest}", StringComparison.Ordinal)) return [path];
        var root = path[..^"/{**rest}".Length];
        return [root, root + "/one", root + "/one/two"];
    }

    [TestCaseSource(nameof(EveryRoute))]
    public async Task Reaches_the_service_that_owns_it(string service, string method, string path)
    {
        // A browser's: some pages are at a path that has something else for programs.
        using var response = await _gateway.SendAsync(new HttpMethod(method), path, _key, headers: ("Accept", "text/html"));
        var received = _gateway.Services.Received.Where(request => !request.Target.StartsWith("/internal", StringComparison.Ordinal)).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(received.Select(request => (request.Service, request.Method, request.Target)), Is.EqualTo(new[] { (service, method, path) }));
        });
    }

    [TestCaseSource(nameof(EveryRoute))]
    public async Task Needs_a_credential_unless_the_table_says_otherwise(string service, string method, string path)
    {
        var route = RouteTable.Find(service, method, path)!;
        using var response = await _gateway.SendAsync(new HttpMethod(method), path);
        Assert.That(response.StatusCode, Is.EqualTo(
            route.Policy.Access is Access.Anonymous or Access.Optional ? HttpStatusCode.OK : HttpStatusCode.Unauthorized));
    }

    [TestCase("/internal/identities/by-key")]
    [TestCase("/internal/catalog")]
    [TestCase("/internal")]
    [TestCase("/Internal/catalog")]
    [TestCase("/v1")]
    [TestCase("/v1/")]
    [TestCase("/v1/internal/catalog")]
    [TestCase("/v1/jobsx")]
    [TestCase("/v1/accountx")]
    [TestCase("/v1/accounts/0194d3a0-0000-7000-8000-000000000000")]
    [TestCase("/v1/auth/token/x")]
    [TestCase("/v1/auth")]
    [TestCase("/v2/jobs")]
    [TestCase("/admin/v1")]
    [TestCase("/admin/v1/nothing")]
    [TestCase("/admin/jobs")]
    [TestCase("/metrics")]
    [TestCase("/openapi/v2.json")]
    [TestCase("/health/ready")]
    [TestCase("/swagger")]
    [TestCase("/.env")]
    public async Task Reaches_nobody_outside_the_table(string path)
    {
        foreach (var method in (string[])["GET", "POST", "PUT", "DELETE", "PATCH"])
        {
            using var response = await _gateway.SendAsync(new HttpMethod(method), path, _key);
            using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            Assert.Multiple(() =>
            {
                Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), method);
                Assert.That(problem.RootElement.GetProperty("code").GetString(), Is.EqualTo("not_found"));
            });
        }
        Assert.That(_gateway.Services.Received, Is.Empty);
    }

    [TestCase("/v1/jobs/..%2finternal/catalog")]
    [TestCase("/v1/jobs/..%2Finternal/catalog")]
    [TestCase("/v1/jobs/%2e%2e/%2e%2e/internal/catalog")]
    [TestCase("/v1/jobs/../../internal/catalog")]
    [TestCase("/v1/jobs/./x")]
    [TestCase("/v1/jobs/..")]
    [TestCase("/v1/jobs/%2E%2e")]
    [TestCase("/v1/jobs/..%5cinternal")]
    [TestCase("/v1/jobs/..\\internal")]
    [TestCase("/v1/jobs/%252e%252e/internal")]
    [TestCase("/v1/jobs/a%2fb")]
    [TestCase("/v1/jobs/a%00b")]
    public async Task Reaches_nobody_by_a_path_that_can_be_read_in_two_ways(string path)
    {
        var answer = await RawConnection.SendAsync(_gateway.Address, $"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_key}\r\nConnection: close\r\n\r\n");
        Assert.Multiple(() =>
        {
            Assert.That(answer, Does.StartWith("HTTP/1.1 400"));
            Assert.That(_gateway.Services.Received, Is.Empty);
        });
    }

    [Test]
    public async Task Keeps_what_the_query_says_as_it_is()
    {
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs?cursor=a%2Fb%5C%20c&x=%25", _key);
        Assert.That(_gateway.Services.Received[^1].Target, Is.EqualTo("/v1/jobs?cursor=a%2Fb%5C%20c&x=%25"));
    }

    [TestCase("/v1/auth/token", "POST")]
    [TestCase("/v1/plans", "GET, HEAD")]
    public async Task Says_405_with_the_methods_that_are_allowed(string path, string allowed)
    {
        using var response = await _gateway.SendAsync(HttpMethod.Delete, path, _key);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
            Assert.That(response.Content.Headers.Allow, Is.EquivalentTo(allowed.Split(", ")));
            Assert.That(problem.RootElement.GetProperty("code").GetString(), Is.EqualTo("method_not_allowed"));
        });
    }

    [Test]
    public async Task A_signed_link_needs_no_credential_and_ignores_a_stale_one()
    {
        const string Link = "/v1/assets/0194d3a0-0000-7000-8000-000000000000/content?expires=1&signature=abc";
        using var bare = await _gateway.SendAsync(HttpMethod.Get, Link);
        using var stale = await _gateway.SendAsync(HttpMethod.Get, Link, "vg_live_stale");
        Assert.That((bare.StatusCode, stale.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
        Assert.That(await Task.WhenAll(_gateway.Services.Received.Select(_gateway.CallerOfAsync)), Is.All.Null);
    }

    [Test]
    public async Task The_models_are_open_but_a_credential_that_is_shown_must_be_good()
    {
        Assert.Multiple(async () =>
        {
            Assert.That(await _gateway.StatusOfAsync("/v1/models"), Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await _gateway.StatusOfAsync("/v1/models", _key), Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await _gateway.StatusOfAsync("/v1/models", TestCredentials.NewApiKey()), Is.EqualTo(HttpStatusCode.Unauthorized));
        });
    }
}
