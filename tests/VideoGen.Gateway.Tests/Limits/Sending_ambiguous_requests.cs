using System.Text;

namespace VideoGen.Gateway.Tests.Limits;

/// <summary>Requests that one server could read in one way and the next in another.</summary>
[TestFixture]
public sealed class Sending_ambiguous_requests
{
    const string Body = "{\"a\":1}";

    GatewayApplication _gateway = null!;
    string _key = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync();
        _gateway.Services.On("jobs", "*", "/v1/*", 200, new { ok = true });
        _key = _gateway.Services.AddKey();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("Content-Length and Transfer-Encoding", "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n", $"7\r\n{Body}\r\n0\r\n\r\n");
        yield return Case("Transfer-Encoding and Content-Length", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", $"7\r\n{Body}\r\n0\r\n\r\n");
        yield return Case("two different Content-Lengths", "Content-Length: 7\r\nContent-Length: 8\r\n", Body);
        yield return Case("two equal Content-Lengths", "Content-Length: 7\r\nContent-Length: 7\r\n", Body);
        yield return Case("Content-Length list", "Content-Length: 7, 7\r\n", Body);
        yield return Case("negative Content-Length", "Content-Length: -7\r\n", Body);
        yield return Case("hexadecimal Content-Length", "Content-Length: 0x7\r\n", Body);
        yield return Case("space before the colon", "Transfer-Encoding : chunked\r\n", $"7\r\n{Body}\r\n0\r\n\r\n");
        yield return Case("xchunked", "Transfer-Encoding: xchunked\r\n", $"7\r\n{Body}\r\n0\r\n\r\n");
        yield return Case("chunked, identity", "Transfer-Encoding: chunked, identity\r\n", $"7\r\n{Body}\r\n0\r\n\r\n");
        yield return Case("vertical tab", "Transfer-Encoding:\vchunked\r\n", $"7\r\n{Body}\r\n0\r\n\r\n");
        yield return Case("folded header", "X-A: 1\r\n Transfer-Encoding: chunked\r\n", "");
        yield return Case("NUL in a header", "X-A: a\0b\r\n", "");
        yield return Case("two hosts", "Host: y\r\n", "");
        yield return Case("chunk size with a line feed in its extension", "Transfer-Encoding: chunked\r\n", "2;\n\r\n{}\r\n0\r\n\r\n");
    }

    [TestCaseSource(nameof(Refused))]
    public async Task Is_refused_with_400(string headers, string body)
    {
        _gateway.Services.ClearReceived();
        var answer = await RawConnection.SendAsync(_gateway.Address,
            $"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_key}\r\nContent-Type: application/json\r\nConnection: close\r\n{headers}\r\n{body}");
        Assert.Multiple(() =>
        {
            Assert.That(answer, Does.StartWith("HTTP/1.1 400"));
            Assert.That(_gateway.Services.Received.Where(request => request.Service == "jobs" && request.Body.Length > 0), Is.Empty);
        });
    }

    [Test]
    public async Task Closes_the_connection_after_a_body_that_was_framed_twice()
    {
        var answer = await RawConnection.SendAsync(_gateway.Address,
            $"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/plans HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.That(answer.Split("HTTP/1.1 ").Length - 1, Is.EqualTo(1));
    }

    [TestCase("TRACE /v1/jobs HTTP/1.1", "405")]
    [TestCase("CONNECT x:80 HTTP/1.1", "40")]
    public async Task Is_refused_by_its_method(string line, string status)
    {
        var answer = await RawConnection.SendAsync(_gateway.Address, $"{line}\r\nHost: x:80\r\nConnection: close\r\n\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 " + status));
    }

    [Test]
    public async Task Old_protocol_with_chunks_is_refused()
    {
        var answer = await RawConnection.SendAsync(_gateway.Address, $"POST /v1/jobs HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 400"));
    }

    [Test]
    public async Task A_request_inside_a_body_stays_a_body()
    {
        _gateway.Services.ClearReceived();
        const string Inner = "GET /v1/jobs/inner HTTP/1.1\r\nHost: x\r\n\r\n";
        await RawConnection.SendAsync(_gateway.Address,
            $"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_key}\r\nContent-Length: {Inner.Length}\r\nConnection: close\r\n\r\n{Inner}");
        var received = _gateway.Services.Received.Where(request => request.Service == "jobs").ToList();
        Assert.Multiple(() =>
        {
            Assert.That(received.Select(request => request.Target), Is.EqualTo(new[] { "/v1/jobs" }));
            Assert.That(received[0].Body, Is.EqualTo(Inner));
        });
    }

    [Test]
    public async Task A_length_with_a_sign_reaches_nobody_as_such()
    {
        _gateway.Services.ClearReceived();
        await RawConnection.SendAsync(_gateway.Address,
            $"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_key}\r\nContent-Length: +7\r\nConnection: close\r\n\r\n{Body}");
        Assert.That(_gateway.Services.Received.Select(request => request.Headers.GetValueOrDefault("Content-Length", "")), Has.None.Contains("+"));
    }

    [TestCase(101, "431")]
    public async Task Too_many_headers_are_refused(int count, string status)
    {
        var headers = new StringBuilder();
        for (var header = 0; header < count; header++) headers.Append($"X-H{header}: 1\r\n");
        var answer = await RawConnection.SendAsync(_gateway.Address, $"GET /v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 " + status));
    }

    static TestCaseData Case(string name, string headers, string body) => new TestCaseData(headers, body).SetArgDisplayNames(name);
}
