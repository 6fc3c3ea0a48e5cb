using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Dialects;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Tests.Dialects;

/// <summary>
/// Every route of every dialect × every kind of input that is not what it says. The list comes from the routes themselves, so a
/// new one is tested by being there. Each is refused in the dialect's shape and names what is at fault, nothing reaches the jobs,
/// and no word of the framework gets out.
/// </summary>
[TestFixture]
public sealed partial class Sending_what_no_route_takes
{
    const string Id = "0194d3a0-0000-7000-8000-000000000000";

    GatewayApplication _gateway = null!;
    string _key = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync("Gateway:Limits:CallbacksPerMinute=100000");
        _key = _gateway.Services.AddKey(identity => identity with { RateLimits = new RateLimits(100_000, 100_000) });
        _gateway.Services.On("accounts", "POST", "/internal/limits/take", 200,
            new { allowed = true, windows = new[] { new { seconds = 60, limit = 1000, remaining = 999, reset_seconds = 0 } },
            retry_after_seconds = 0 });
        _gateway.Services.On("providers", "GET", "/internal/catalog", 200,
            new JsonObject { ["models"] = new JsonArray([.. DialectExtensions.All.Select(ModelOf)]) }.ToJsonString());
    }

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    static IEnumerable<TestCaseData> Routes() =>
        from dialect in DialectExtensions.All
        from endpoint in DialectRoutes.EndpointsOf(dialect)
        from method in DialectRoutes.MethodsOf(endpoint)
        where endpoint.Metadata.GetMetadata<TakesAnything>() is null
        select new TestCaseData(dialect, endpoint, method).SetArgDisplayNames(dialect.Name, method, endpoint.RoutePattern.RawText!);

    [TestCaseSource(nameof(Routes))]
    public async Task Names_what_is_wrong_with_a_query(object spoken, object route, string method)
    {
        var (dialect, endpoint) = ((IDialect)spoken, (RouteEndpoint)route);
        var path = DialectRoutes.PathOf(endpoint.RoutePattern.RawText!);
        await AssertNamesAsync(dialect, method, path + "?tset=true&limti=5", 400, "tset", "limti");
        await AssertNamesAsync(dialect, method, path + "?%FF=1", 400, "UTF-8");
        // A link's signature is a credential of its own; its form is for the service to judge.
        foreach (var name in endpoint.Metadata.GetMetadata<TakesQuery>()?.Parameters.Select(one => one.Name)
            .Except(["signature", "token"]) ?? [])
        {
            await AssertNamesAsync(dialect, method, $"{path}?{name}=", 400, name);
            await AssertNamesAsync(dialect, method, $"{path}?{name}=1&{name}=1", 400, name);
            await AssertNamesAsync(dialect, method, $"{path}?{name}=%00", 400, name);
            await AssertNamesAsync(dialect, method, $"{path}?{name}=%FF", 400, name);
            await AssertNamesAsync(dialect, method, $"{path}?{name.ToUpperInvariant()}=1", 400, name.ToUpperInvariant());
        }
    }

    [TestCaseSource(nameof(Routes))]
    public async Task Refuses_an_encoded_body(object spoken, object route, string method)
    {
        var (dialect, endpoint) = ((IDialect)spoken, (RouteEndpoint)route);
        var status = dialect.Errors.Single(row => row.Native == ErrorCodes.UnsupportedMediaType).Status;
        await AssertNamesAsync(dialect, method, DialectRoutes.PathOf(endpoint.RoutePattern.RawText!), status, ["gzip"],
            "Content-Encoding: gzip\r\nContent-Type: application/json\r\n", "{}"u8.ToArray());
    }

    static IEnumerable<TestCaseData> Bodies()
    {
        (string Name, byte[] Body, string Named)[] bodies =
        [
            ("invalid UTF-8", [.. "{\"prompt\":\""u8, 0xC3, 0x28, .. "\"}"u8], "UTF-8"),
                ("overlong", [.. "{\"prompt\":\""u8, 0xC0, 0x80, .. "\"}"u8], "UTF-8"),
            ("NUL", "{\"prompt\":\"a\\u0000b\"}"u8.ToArray(), "prompt"),
                ("half a surrogate", "{\"prompt\":\"\\ud83d\"}"u8.ToArray(), "prompt"),
            ("half a surrogate in a name", "{\"\\ud83d\":1}"u8.ToArray(), "surrogate"),
                ("twice", "{\"prompt\":\"a\",\"prompt\":\"b\"}"u8.ToArray(), "prompt"),
            ("twice, escaped", "{\"prompt\":\"a\",\"pr\\u006fmpt\":\"b\"}"u8.ToArray(), "prompt"),
                ("two faults", "{\"a\":\"\\u0000\",\"b\":1,\"b\":2}"u8.ToArray(), "a "),
            ("list", "[]"u8.ToArray(), "object"), ("cut", "{\"prompt\":"u8.ToArray(), "JSON"),
                ("text", "\"x\""u8.ToArray(), "object"), ("UTF-16", Encoding.Unicode.GetBytes("{}"), ""),
        ];
        return from route in Routes()
               let endpoint = (RouteEndpoint)route.Arguments[1]!
               where (string)route.Arguments[2]! != "GET" && endpoint.Metadata.GetMetadata<RoutePolicy>()!.Body == BodyClass.Small
               from body in bodies
               select new TestCaseData(route.Arguments[0], endpoint, route.Arguments[2], body.Body, body.Named)
                   .SetArgDisplayNames(endpoint.RoutePattern.RawText!, (string)route.Arguments[2]!, body.Name);
    }

    [TestCaseSource(nameof(Bodies))]
    public async Task Refuses_a_body_that_is_no_sound_object(object spoken, object route, string method, byte[] body, string named)
    {
        _gateway.Services.ClearReceived();
        await AssertNamesAsync((IDialect)spoken, method, PathOf((IDialect)spoken, (RouteEndpoint)route), 400, [named],
            "Content-Type: application/json\r\n", body);
        Assert.That(_gateway.Services.Received.Where(request => request.Service == "jobs"), Is.Empty);
    }

    [TestCaseSource(nameof(Routes))]
    public async Task Names_the_members_of_a_body_that_it_does_not_take(object spoken, object route, string method)
    {
        var endpoint = (RouteEndpoint)route;
        if (endpoint.Metadata.GetMetadata<TakesBody>() is not null) return; // What those take, the model's schema or the route itself says.
        await AssertNamesAsync((IDialect)spoken, method, DialectRoutes.PathOf(endpoint.RoutePattern.RawText!), 400, ["surprise", "second"],
            "Content-Type: application/json\r\n", "{\"surprise\":1,\"second\":2}"u8.ToArray());
    }

    [TestCaseSource(nameof(Routes))]
    public async Task Answers_as_if_a_header_that_is_not_ascii_were_not_there(object spoken, object route, string method)
    {
        var path = DialectRoutes.PathOf(((RouteEndpoint)route).RoutePattern.RawText!);
        var plain = await SendAsync(method, path);
        foreach (var name in (string[])["X-Customer", "User-Agent", "Cookie", "If-None-Match", "Accept", "Referer"])
            Assert.That((await SendAsync(method, path, $"{name}: M\u00FCller \u00FF\r\n")).Status, Is.EqualTo(plain.Status), name);
        await AssertNamesAsync((IDialect)spoken, method, path, 400, ["Idempotency-Key"], "Idempotency-Key: M\u00FCller\r\n");
    }

    [TestCaseSource(nameof(Routes))]
    public async Task Knows_an_id_in_one_form_only(object spoken, object route, string method)
    {
        var template = ((RouteEndpoint)route).RoutePattern;
        if (template.Parameters.Count == 0 || template.Parameters[0].Name is "slug" or "modelId") return;
        foreach (var id in (string[])["%7B" + Id + "%7D", "(" + Id + ")", Id.Replace("-", "", StringComparison.Ordinal), Id
            + "%20", "%20" + Id])
            Assert.That((await SendAsync(method, DialectRoutes.PathOf(template.RawText!, id))).Status, Is.EqualTo(404), id);
        Assert.That(_gateway.Services.Received.Where(request =>
            request.Target.Contains("%7B", StringComparison.OrdinalIgnoreCase)), Is.Empty);
    }

    Task AssertNamesAsync(IDialect dialect, string method, string path, int status, params string[] named) =>
        AssertNamesAsync(dialect, method, path, status, named, "", []);

    async Task AssertNamesAsync(IDialect dialect, string method, string path, int status, string[] named, string headers,
        byte[]? body = null)
    {
        var answer = await SendAsync(method, path, headers, body);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(status), $"{dialect.Name} {path} {answer.Body}");
            foreach (var name in named) Assert.That(answer.Body, Does.Contain(name));
            Assert.That(answer.Body, Does.Not.Match(Framework()).And.Not.Contain("urn:videogen"));
            if (answer.Body.Length > 0) Assert.That(() => JsonDocument.Parse(answer.Body).Dispose(), Throws.Nothing);
        });
    }

    async Task<(int Status, string Body)> SendAsync(string method, string path, string headers = "", byte[]? body = null)
    {
        var length = body is { Length: > 0 } ? $"Content-Length: {body.Length}\r\n" : "";
        var head = $"{method} {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {_key}\r\nAuthorization: Bearer {_key}\r\n{headers}{length}Connection: close\r\n\r\n";
        var answer = await RawConnection.SendAsync(_gateway.Address, [.. Encoding.Latin1.GetBytes(head), .. body ?? []]);
        var parts = answer.Split("\r\n\r\n", 2);
        Assert.That(parts, Has.Length.EqualTo(2), $"no answer to {method} {path}");
        var text = parts[0].Contains("chunked", StringComparison.Ordinal)
            ? string.Concat(parts[1].Split("\r\n").Where((_, line) => line % 2 == 1)) : parts[1];
        return (int.Parse(parts[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), text);
    }

    static string PathOf(IDialect dialect, RouteEndpoint endpoint) =>
        DialectRoutes.PathOf(endpoint.RoutePattern.RawText!, endpoint.RoutePattern.Parameters is [{ Name: "slug" or "modelId" }]
            ? "m-" + dialect.Name : Id);

    static JsonObject ModelOf(IDialect dialect) => new()
    {
        ["slug"] = "m-" + dialect.Name,
        ["name"] = "A model",
        ["kind"] = "video",
        ["family"] = "f",
        ["vendor"] = "v",
        ["description"] = "d",
        ["price"] = new JsonObject { ["version"] = 1, ["credits"] = 1, ["unit"] = "video" },
        ["input_schema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() },
        ["expected_seconds"] = 1,
        ["deadline_seconds"] = 60,
        ["capabilities"] = new JsonObject { ["characters"] = new JsonArray() },
        ["dialects"] = new JsonObject { [dialect.Name] = "m-" + dialect.Name },
        ["active"] = true,
    };

    [GeneratedRegex(
        @"Microsoft\.|System\.|Kestrel|BadHttpRequest|Failed to |[Pp]arameter ""|Required parameter|Implicit body|Nullable|JsonException|LineNumber")]
    private static partial Regex Framework();
}
