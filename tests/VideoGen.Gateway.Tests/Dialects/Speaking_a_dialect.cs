using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Dialects;
using VideoGen.HttpApi.Errors;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Dialects;

/// <summary>What holds for every dialect; a new one is tested by being there.</summary>
[TestFixture]
public sealed class Speaking_a_dialect
{
    static IEnumerable<IDialect> Dialects() => DialectExtensions.All;

    static IEnumerable<TestCaseData> DialectsAndErrors() =>
        from dialect in Dialects()
        from code in ErrorCodes.All
        select new TestCaseData(dialect, code).SetArgDisplayNames(dialect.Name, code.Code);

    [TestCaseSource(nameof(Dialects))]
    public void Has_one_row_for_every_error(object dialect) =>
        Assert.That(((IDialect)dialect).Errors.Select(row => row.Native.Code), Is.EquivalentTo(ErrorCodes.All.Select(code => code.Code)));

    [TestCaseSource(nameof(DialectsAndErrors))]
    public void Says_something_in_every_row(object dialect, object code)
    {
        var spoken = (IDialect)dialect;
        var row = spoken.Errors.Single(one => one.Native == (ErrorCode)code);
        var refusal = new Refusal(Problems.Describe(row.Native), TimeSpan.FromSeconds(7));
        var body = JsonSerializer.Serialize(spoken.ErrorBody(row, refusal));
        Assert.Multiple(() =>
        {
            Assert.That(row.Text(refusal), Is.Not.Empty);
            Assert.That(row.Status, Is.InRange(400, 599));
            Assert.That(body, Does.Not.Contain("urn:videogen").And.Not.Contain("trace_id"));
        });
    }

    static IEnumerable<TestCaseData> Refusals()
    {
        foreach (var dialect in Dialects())
        {
            var root = $"/{dialect.Name}";
            yield return Case(dialect, "unknown route", 404, $"GET {root}/no/such/route HTTP/1.1\r\n");
            yield return Case(dialect, "unknown route, root", 404, $"GET {root} HTTP/1.1\r\n");
            yield return Case(dialect, "TRACE", 405, $"TRACE {root}{dialect.BasePath} HTTP/1.1\r\n");
            yield return Case(dialect, "encoded slash", 400, $"GET {root}{dialect.BasePath}/a%2fb HTTP/1.1\r\n");
            yield return Case(dialect, "framed twice", 400, $"POST {root}{dialect.BasePath}/x HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n");
        }
    }

    [TestCaseSource(nameof(Refusals))]
    public async Task Refuses_in_its_own_shape(object dialect, int status, string request)
    {
        await using var gateway = await GatewayApplication.StartAsync();
        var answer = await RawConnection.SendAsync(gateway.Address, request + "Host: x\r\nConnection: close\r\n\r\n0\r\n\r\n");
        AssertShape((IDialect)dialect, answer, status);
    }

    static IEnumerable<TestCaseData> Endpoints() =>
        from dialect in Dialects()
        from endpoint in EndpointsOf(dialect)
        where !endpoint.IsPublic
        select new TestCaseData(dialect, endpoint.Method, endpoint.Path).SetArgDisplayNames(dialect.Name, endpoint.Method, endpoint.Path);

    [TestCaseSource(nameof(Endpoints))]
    public async Task Refuses_in_its_own_shape_on_every_route(object spoken, string method, string path)
    {
        var dialect = (IDialect)spoken;
        await using var gateway = await GatewayApplication.StartAsync();
        var key = gateway.Services.AddKey();
        var slow = gateway.Services.AddKey(identity => identity with { RateLimits = new RateLimits(0, 0) });
        AssertShape(dialect, await RawAsync(gateway, method, path, credential: null), 401);
        AssertShape(dialect, await RawAsync(gateway, method, path, TestCredentials.NewApiKey()), 401);
        AssertShape(dialect, await RawAsync(gateway, method, path, "nonsense"), 401);
        AssertShape(dialect, await RawAsync(gateway, "PATCH", path, key), 405);
        AssertShape(dialect, await RawAsync(gateway, method, path, slow), 429);
        AssertShape(dialect, await RawAsync(gateway, method, path, key, "Content-Length: 999999999999\r\n"), 413);
        gateway.Services.On("accounts", "POST", "/internal/identities/by-key", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        AssertShape(dialect, await RawAsync(gateway, method, path, TestCredentials.NewApiKey()), 503);
    }

    static IEnumerable<TestCaseData> PublicEndpoints() =>
        from dialect in Dialects()
        from endpoint in EndpointsOf(dialect)
        where endpoint.IsPublic
        select new TestCaseData(dialect, endpoint.Method, endpoint.Path).SetArgDisplayNames(dialect.Name, endpoint.Method, endpoint.Path);

    [TestCaseSource(nameof(PublicEndpoints))]
    public async Task Refuses_in_its_own_shape_on_every_public_route(object spoken, string method, string path)
    {
        var dialect = (IDialect)spoken;
        await using var gateway = await GatewayApplication.StartAsync("Gateway:Limits:PublicReadsPerMinute=1", "Gateway:Limits:CallbacksPerMinute=1");
        AssertShape(dialect, await RawAsync(gateway, "PATCH", path, credential: null), 405);
        AssertShape(dialect, await RawAsync(gateway, method, path, credential: null, "Content-Length: 999999999999\r\n"), 413);
        await RawAsync(gateway, method, path, credential: null);
        AssertShape(dialect, await RawAsync(gateway, method, path, credential: null), 429);
    }

    [TestCaseSource(nameof(Dialects))]
    public async Task Answers_at_the_root_of_its_own_host_and_port(object spoken)
    {
        var dialect = (IDialect)spoken;
        var port = TestPorts.Free();
        await using var gateway = await GatewayApplication.StartAsync($"Dialects:{dialect.Section}:Hosts:0=Dialect.example.com", $"Dialects:{dialect.Section}:Port={port}");
        var path = dialect.BasePath + "/no/such/route";
        var byHost = await RawConnection.SendAsync(gateway.Address, $"GET {path} HTTP/1.1\r\nHost: dialect.EXAMPLE.com:99\r\nConnection: close\r\n\r\n");
        var byPort = await RawConnection.SendAsync(new Uri($"http://127.0.0.1:{port}"), $"GET {path} HTTP/1.1\r\nHost: anything\r\nConnection: close\r\n\r\n");
        var prefixed = await RawConnection.SendAsync(gateway.Address, $"GET /{dialect.Name}{path} HTTP/1.1\r\nHost: dialect.example.com\r\nConnection: close\r\n\r\n");
        var native = await RawConnection.SendAsync(gateway.Address, $"GET {path} HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n");
        foreach (var answer in (string[])[byHost, byPort, prefixed]) AssertShape(dialect, answer, 404);
        Assert.That(native, Does.Contain("application/problem+json"));
        foreach (var (method, route, _) in EndpointsOf(dialect).Where(endpoint => !endpoint.IsPublic))
            AssertShape(dialect, await RawConnection.SendAsync(gateway.Address,
                $"{method} {route[(dialect.Name.Length + 1)..]} HTTP/1.1\r\nHost: dialect.example.com\r\nConnection: close\r\n\r\n"), 401);
        var hidden = await RawConnection.SendAsync(gateway.Address, "GET /v1/jobs HTTP/1.1\r\nHost: dialect.example.com\r\nConnection: close\r\n\r\n");
        AssertShape(dialect, hidden, 404);
    }

    /// <summary>The dialect's own error body and nothing of the native one.</summary>
    static void AssertShape(IDialect dialect, string answer, int status)
    {
        var (head, body) = answer.Split("\r\n\r\n", 2) is [var h, var b] ? (h, b) : (answer, "");
        if (head.Contains("chunked", StringComparison.Ordinal)) body = string.Concat(body.Split("\r\n").Where((_, line) => line % 2 == 1));
        Assert.Multiple(() =>
        {
            Assert.That(head, Does.StartWith($"HTTP/1.1 {status} "));
            Assert.That(head, Does.Contain("application/json").And.Not.Contain("problem+json"));
            using var json = JsonDocument.Parse(body);
            using var expected = JsonDocument.Parse(JsonSerializer.Serialize(dialect.ErrorBody(dialect.Errors[0], new Refusal(Problems.Describe(ErrorCodes.InvalidRequest), null))));
            Assert.That(json.RootElement.EnumerateObject().Select(member => member.Name), Is.SupersetOf(expected.RootElement.EnumerateObject().Select(member => member.Name)));
            Assert.That(body, Does.Not.Contain("urn:videogen"));
        });
    }

    static Task<string> RawAsync(GatewayApplication gateway, string method, string path, string? credential, string headers = "") => RawConnection.SendAsync(gateway.Address,
        $"{method} {path} HTTP/1.1\r\nHost: x\r\n{(credential is null ? "" : $"X-API-Key: {credential}\r\nAuthorization: Bearer {credential}\r\n")}{headers}Connection: close\r\n\r\n");

    static IEnumerable<(string Method, string Path, bool IsPublic)> EndpointsOf(IDialect dialect) => DialectRoutes.Of(dialect);

    static TestCaseData Case(IDialect dialect, string name, int status, string request) => new TestCaseData(dialect, status, request).SetArgDisplayNames(dialect.Name, name);
}
