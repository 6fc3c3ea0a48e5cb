using System.Text;
using System.Text.Json;
using VideoGen.Gateway.Dialects;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Tests.Limits;

/// <summary>
/// What the server refuses by itself, before there is a request: it is told like any other refusal, in the API that was called.
/// </summary>
[TestFixture]
public sealed class Refusing_what_is_no_request
{
    GatewayApplication _gateway = null!;
    string _key = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync();
        _key = _gateway.Services.AddKey();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    static IEnumerable<TestCaseData> Refusals()
    {
        (string Name, int Status, string Head, string Body)[] kinds =
        [
            ("no host", 400, "GET {0} HTTP/1.1\r\nConnection: close\r\n", ""),
            ("two hosts", 400, "GET {0} HTTP/1.1\r\nHost: x\r\nHost: y\r\n", ""),
            ("length twice", 400, "POST {0} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n", "{}"),
            ("length with a sign", 400, "POST {0} HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n", "{   }"),
            ("length with a minus", 400, "POST {0} HTTP/1.1\r\nHost: x\r\nContent-Length: -0\r\n", ""),
            ("length of many digits", 400, "POST {0} HTTP/1.1\r\nHost: x\r\nContent-Length: 000000000000000000000000000002\r\n", "{}"),
            ("hexadecimal length", 400, "POST {0} HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n", "{}"),
            ("empty length", 400, "POST {0} HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n", "{}"),
            ("identity", 400, "POST {0} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n", "{}"),
            ("identity, GET", 400, "GET {0} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n", ""),
            ("identity, chunked", 400, "POST {0} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity, chunked\r\n", "0\r\n\r\n"),
            ("gzip, chunked", 400, "POST {0} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
            ("no colon", 400, "GET {0} HTTP/1.1\r\nHost: x\r\nnonsense\r\n", ""),
            ("space in a name", 400, "GET {0} HTTP/1.1\r\nHost: x\r\nX A: 1\r\n", ""),
            ("NUL in a value", 400, "GET {0} HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n", ""),
            ("NUL in the path", 400, "GET {0}%00 HTTP/1.1\r\nHost: x\r\n", ""),
            ("headers too long", 431, "GET {0} HTTP/1.1\r\nHost: x\r\nX-Long: " + new string('a', 40_000) + "\r\n", ""),
            ("too many headers", 431, "GET {0} HTTP/1.1\r\nHost: x\r\n"
                + string.Concat(Enumerable.Range(0, 120).Select(number => $"X-{number}: 1\r\n")), ""),
        ];
        foreach (var kind in kinds)
        {
            yield return new TestCaseData(null, kind.Status, kind.Head.Replace("{0}", "/v1/jobs", StringComparison.Ordinal),
                kind.Body).SetArgDisplayNames("native", kind.Name);
            foreach (var dialect in DialectExtensions.All)
                yield return new TestCaseData(dialect, kind.Status,
                    kind.Head.Replace("{0}", $"/{dialect.Name}{dialect.BasePath}/x", StringComparison.Ordinal),
                    kind.Body).SetArgDisplayNames(dialect.Name, kind.Name);
        }
        // Nothing of the line has been understood, so nobody can tell whose it was.
        yield return new TestCaseData(null, 414, $"GET /v1/jobs?{new string('a', 20_000)} HTTP/1.1\r\nHost: x\r\n", "")
            .SetArgDisplayNames("native", "too long an address");
        yield return new TestCaseData(null, 400, "GET /v1/jobs\r\n", "").SetArgDisplayNames("native", "no version");
        yield return new TestCaseData(null, 400, "nonsense\r\n", "").SetArgDisplayNames("native", "no line");
        yield return new TestCaseData(null, 505, "GET /v1/jobs HTTP/9.9\r\nHost: x\r\n", "")
            .SetArgDisplayNames("native", "another version");
    }

    [TestCaseSource(nameof(Refusals))]
    public async Task Says_so_in_the_shape_of_the_api(object? spoken, int status, string head, string body)
    {
        _gateway.Services.ClearReceived();
        var answer = await RawConnection.SendAsync(_gateway.Address, $"{head}X-API-Key: {_key}\r\n\r\n{body}");
        var (top, text) = answer.Split("\r\n\r\n", 2) is [var first, var second] ? (first, second) : (answer, "");
        if (top.Contains("chunked", StringComparison.Ordinal)) text = string.Concat(text.Split("\r\n").Where((_, line) => line % 2 == 1));
        Assert.Multiple(() =>
        {
            Assert.That(top, Does.StartWith($"HTTP/1.1 {status} ").And.Contain("X-Content-Type-Options: nosniff").IgnoreCase);
            Assert.That(answer.Split("HTTP/1.1 "), Has.Length.EqualTo(2), "one answer");
            using var json = JsonDocument.Parse(text);
            Assert.That(json.RootElement.EnumerateObject().Select(member => member.Name), Is.SupersetOf(MembersOf((IDialect?)spoken)));
            Assert.That(text, Does.Not.Contain("Kestrel").And.Not.Contain("Microsoft"));
            Assert.That(_gateway.Services.Received.Where(request => request.Service == "jobs"), Is.Empty);
        });
    }

    [Test]
    public async Task Answers_at_the_dialects_own_host_too()
    {
        var dialect = DialectExtensions.All[0];
        await using var gateway = await GatewayApplication.StartAsync($"Dialects:{dialect.Section}:Hosts:0=own.example.com");
        var answer =
            await RawConnection.SendAsync(gateway.Address,
            "POST /api/v1/generate HTTP/1.1\r\nHost: own.example.com\r\nContent-Length: +1\r\n\r\n1");
        Assert.That(answer, Does.StartWith("HTTP/1.1 400 ").And.Not.Contain("problem+json"));
    }

    [Test]
    public async Task Answers_the_request_before_as_usual()
    {
        var answer =
            await RawConnection.SendAsync(_gateway.Address,
            Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n\r\n"));
        Assert.That(answer.Split("HTTP/1.1 ").Skip(1).Select(part => part[..3]), Is.EqualTo(new[] { "200", "400" }));
    }

    static IEnumerable<string> MembersOf(IDialect? dialect) => dialect is null
        ? ["type", "title", "status", "code", "detail", "retryable"]
        : JsonSerializer.SerializeToElement(
            dialect.ErrorBody(dialect.Errors[0],
            new Refusal(Problems.Describe(ErrorCodes.InvalidRequest), null))).EnumerateObject().Select(member => member.Name);
}
