using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace VideoGen.Gateway.Tests.Limits;

[TestFixture]
public sealed class Sending_a_body
{
    GatewayApplication _gateway = null!;
    string _key = "";
    long _uploaded;

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync("Storage:MaxUploadBytes=20000000");
        _gateway.Services.On("jobs", "POST", "/v1/jobs", 202, new { ok = true });
        _gateway.Services.On("jobs", "POST", "/v1/webhooks/endpoints", 202, new { ok = true });
        _gateway.Services.On("storage", "STREAM", "/v1/uploads", async context =>
        {
            var buffer = new byte[64 * 1024];
            _uploaded = 0;
            while (await context.Request.Body.ReadAsync(buffer) is var count and > 0) _uploaded += count;
            context.Response.StatusCode = 201;
        });
        _key = _gateway.Services.AddKey();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Passes_json_up_to_256_KB()
    {
        using var response = await _gateway.SendAsync(HttpMethod.Post, "/v1/webhooks/endpoints", _key, Json(256 * 1024));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [Test]
    public async Task Passes_a_submit_with_files_in_it()
    {
        using var response = await _gateway.SendAsync(HttpMethod.Post, "/v1/jobs", _key, Json(26_000_000));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [TestCase("/v1/webhooks/endpoints", 1024 * 1024, false)]
    [TestCase("/v1/webhooks/endpoints", 1024 * 1024, true)]
    [TestCase("/v1/jobs", 30_000_000, false)]
    [TestCase("/v1/quotes", 30_000_000, true)]
    public async Task Refuses_a_larger_one_with_413(string path, int length, bool chunked)
    {
        _gateway.Services.ClearReceived();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(length) };
        request.Headers.Add("X-API-Key", _key);
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await _gateway.Http.SendAsync(request);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
            Assert.That(problem.RootElement.GetProperty("code").GetString(), Is.EqualTo("payload_too_large"));
        });
    }

    [Test]
    public async Task Streams_an_upload_of_many_megabytes()
    {
        using var content = new ByteArrayContent(new byte[20_000_000]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await _gateway.SendAsync(HttpMethod.Post, "/v1/uploads", _key, content);
        Assert.That((response.StatusCode, _uploaded), Is.EqualTo((HttpStatusCode.Created, 20_000_000L)));
    }

    [Test]
    public async Task Refuses_an_upload_beyond_the_limit_with_413()
    {
        using var response = await _gateway.SendAsync(HttpMethod.Post, "/v1/uploads", _key, new ByteArrayContent(new byte[21_000_000]));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task Refuses_an_anonymous_one_before_reading_it()
    {
        var answer = await RawConnection.SendAsync(_gateway.Address, "POST /v1/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\nConnection: close\r\n\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 401"));
    }

    static StringContent Json(int size) => new($"\"{new string('a', size - 2)}\"", Encoding.UTF8, "application/json");
}
