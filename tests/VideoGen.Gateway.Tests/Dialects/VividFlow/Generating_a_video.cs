using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Dialects.VividFlow;

[TestFixture]
public sealed class Generating_a_video
{
    const string Path = "/vivid-flow/api/v1/generate";
    const string Asset = "0194d3a0-1111-7000-8000-000000000001";
    const string Job = "0194d3a0-2222-7000-8000-000000000002";
    const string OtherAsset = "0194d3a0-1111-7000-8000-000000000009";

    FakeTimeProvider _time = null!;
    GatewayApplication _gateway = null!;
    string _key = "";
    string _imageInJob = Asset;

    [SetUp]
    public async Task Start()
    {
        _time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        _gateway = await GatewayApplication.StartAsync(_time);
        VividFlowCatalog.Serve(_gateway.Services);
        _gateway.Services.On("storage", "POST", "/v1/uploads", 201, $$"""{"id":"{{Asset}}","kind":"image","media_type":"image/png","sha256":"aa"}""");
        _gateway.Services.On("storage", "DELETE", "/v1/assets/" + Asset, 204, "");
        _gateway.Services.On("jobs", "POST", "/v1/jobs", context =>
        {
            context.Response.StatusCode = 202;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync($$$"""{"id":"{{{Job}}}","status":"queued","input":{"image":"{{{_imageInJob}}}"}}""");
        });
        _key = _gateway.Services.AddKey();
        _imageInJob = Asset;
    }

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase("duration_seconds", "8", "8")]
    [TestCase("duration_seconds", " 8 ", "8")]
    [TestCase("duration_seconds", "8.0", "8")]
    [TestCase("duration_seconds", "8e0", "8")]
    [TestCase("duration_seconds", "8.5", "8.5")]
    [TestCase("duration_seconds", "eight", "\"eight\"")]
    [TestCase("duration_seconds", "NaN", "\"NaN\"")]
    [TestCase("duration_seconds", "1e400", "\"1e400\"")]
    [TestCase("duration_seconds", "99999999999999999999", "99999999999999999999")]
    [TestCase("duration_seconds", "0x8", "\"0x8\"")]
    [TestCase("duration_seconds", "", null)]
    [TestCase("generate_audio", "true", "true")]
    [TestCase("generate_audio", "True", "true")]
    [TestCase("generate_audio", "TRUE", "true")]
    [TestCase("generate_audio", "1", "true")]
    [TestCase("generate_audio", "on", "true")]
    [TestCase("generate_audio", "False", "false")]
    [TestCase("generate_audio", "0", "false")]
    [TestCase("generate_audio", "maybe", "\"maybe\"")]
    [TestCase("generate_audio", "", null)]
    [TestCase("resolution", "720P", "\"720p\"")]
    [TestCase("resolution", "4k", "\"4k\"")]
    [TestCase("person_generation", "ALLOW_ALL", "\"allow_all\"")]
    [TestCase("camera_motion", "None", null)]
    [TestCase("camera_motion", "Dolly (In) 🎬 \u202Bعربي", "\"Dolly (In) 🎬 \u202Bعربي\"")]
    [TestCase("camera_motion", "a\0b", "\"a\\u0000b\"")]
    [TestCase("seed", "7", null)]
    [TestCase("unknown", "x", null)]
    [TestCase("__proto__", "x", null)]
    public async Task Takes_a_texts_for_what_the_model_wants(string field, string text, string? native)
    {
        using var response = await SendAsync(("prompt", "p"), ("model", "veo3.1"), (field, text));
        var input = Input();
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(input.TryGetProperty(field, out _), Is.EqualTo(native is not null));
            if (native is not null) Assert.That(JsonElement.DeepEquals(input.GetProperty(field), JsonDocument.Parse(native).RootElement), Is.True, input.GetRawText());
        });
    }

    [TestCase("VEO3.1", true)]
    [TestCase(" veo3.1 ", true)]
    [TestCase("", true)]
    [TestCase("musicgen", false)]
    [TestCase("veo3.1\0", false)]
    [TestCase("../wan2.1", false)]
    public async Task Knows_its_models_by_name(string model, bool known)
    {
        using var response = await SendAsync(("prompt", "p"), ("model", model));
        Assert.That(response.StatusCode, Is.EqualTo(known ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Refuses_a_field_that_comes_twice()
    {
        using var response = await SendAsync(("prompt", "first"), ("prompt", "second"));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("prompt is given twice"), $"{response.StatusCode}");
    }

    [Test]
    public async Task Stores_the_image_while_it_arrives()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var total = 0L;
        _gateway.Services.On("storage", "STREAM", "/v1/uploads", async context =>
        {
            var buffer = new byte[8192];
            while (await context.Request.Body.ReadAsync(buffer) is var count and > 0)
                if ((total += count) > 100_000) arrived.TrySetResult();
            context.Response.StatusCode = 201;
            await context.Response.WriteAsync($$"""{"id":"{{Asset}}","kind":"image","media_type":"image/png","sha256":"aa"}""");
        });
        using var form = Form(("prompt", "p"));
        form.Add(ImagePart(new StreamContent(new SlowStream(new byte[150_000], new byte[3_000_000], arrived.Task))));
        using var response = await SendAsync(form);
        Assert.That((response.StatusCode, total > 3_150_000), Is.EqualTo((HttpStatusCode.Accepted, true)));
    }

    [Test]
    public async Task Keeps_the_image_of_a_job()
    {
        using var response = await SendAsync(("prompt", "p"));
        Assert.That(Deletions(), Is.Zero);
    }

    [Test]
    public async Task Deletes_the_second_image_of_a_request_that_is_sent_again()
    {
        _imageInJob = OtherAsset;
        using var response = await SendAsync(("prompt", "p"));
        Assert.That((response.StatusCode, Deletions()), Is.EqualTo((HttpStatusCode.Accepted, 1)));
    }

    [TestCase(500, 0)]
    [TestCase(503, 0)]
    [TestCase(400, 1)]
    [TestCase(429, 1)]
    public async Task Deletes_the_image_only_when_there_is_no_job_for_certain(int status, int deletions)
    {
        _gateway.Services.On("jobs", "POST", "/v1/jobs", status, new { });
        using var response = await SendAsync(("prompt", "p"));
        Assert.That(Deletions(), Is.EqualTo(deletions));
    }

    [Test]
    public async Task Sends_the_same_fingerprint_for_the_same_request_and_another_for_another()
    {
        using var first = await SendAsync(("prompt", "p"), ("seed", "1"));
        using var again = await SendAsync(("seed", "1"), ("prompt", "p"));
        using var other = await SendAsync(("prompt", "p"), ("seed", "2"));
        var prints = Submits().Select(request => request.Headers["X-VideoGen-Fingerprint"]).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(prints, Has.All.Match("^[0-9a-f]{64}$"));
            Assert.That(prints[1], Is.EqualTo(prints[0]));
            Assert.That(prints[2], Is.Not.EqualTo(prints[0]));
        });
    }

    [Test]
    public async Task Passes_the_idempotency_key_on()
    {
        using var form = Form(("prompt", "p"));
        form.Add(ImagePart(new ByteArrayContent([1])));
        using var response = await _gateway.SendAsync(HttpMethod.Post, Path, content: form, headers: [("X-API-Key", _key), ("Idempotency-Key", "\"an id\"")]);
        Assert.That(Submits().Single().Headers["Idempotency-Key"], Is.EqualTo("\"an id\""));
    }

    [Test]
    public async Task Acts_for_its_caller_everywhere()
    {
        using var response = await SendAsync(("prompt", "p"));
        var account = _gateway.Services.IdentityOf(_key).AccountId;
        var requests = _gateway.Services.Received.Where(request => request.Service is "jobs" or "storage").ToList();
        var callers = await Task.WhenAll(requests.Select(_gateway.CallerOfAsync));
        Assert.That(callers.Select(caller => caller?.AccountId), Is.EqualTo(new Guid?[] { account, account }));
    }

    [TestCase(1024 * 1024, HttpStatusCode.RequestEntityTooLarge)]
    [TestCase(200 * 1024, HttpStatusCode.Accepted)]
    public async Task Has_a_limit_for_its_texts(int length, HttpStatusCode status)
    {
        using var response = await SendAsync(("prompt", new string('é', length / 2)));
        Assert.That(response.StatusCode, Is.EqualTo(status));
        if (status != HttpStatusCode.Accepted) Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("""{"error":"The request is too large"}"""));
    }

    [Test]
    public async Task Deletes_the_image_when_a_later_text_is_too_long()
    {
        using var form = new MultipartFormDataContent { ImagePart(new ByteArrayContent([1])) };
        form.Add(new StringContent(new string('a', 1024 * 1024)), "prompt");
        using var response = await SendAsync(form);
        Assert.That((response.StatusCode, Deletions()), Is.EqualTo((HttpStatusCode.RequestEntityTooLarge, 1)));
    }

    [Test]
    public async Task Refuses_a_text_that_is_no_UTF8()
    {
        using var form = new MultipartFormDataContent { ImagePart(new ByteArrayContent([1])), { new ByteArrayContent([0xC3, 0x28]), "prompt" } };
        using var response = await SendAsync(form);
        Assert.That((response.StatusCode, await response.Content.ReadAsStringAsync()),
            Is.EqualTo((HttpStatusCode.BadRequest, """{"error":"The field prompt is not valid UTF-8."}""")));
    }

    static IEnumerable<TestCaseData> Broken()
    {
        const string Start = "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n";
        yield return Case("ends in the image", Start + "abc");
        yield return Case("ends after the image without the last boundary", Start + "abc\r\n--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\np");
        yield return Case("ends in a part's headers", Start + "abc\r\n--b\r\nContent-Dispo");
        yield return Case("no boundary at all", "hello");
        yield return Case("empty", "");
        yield return Case("far too many headers in a part", "--b\r\n" + string.Concat(Enumerable.Range(0, 100).Select(header => $"X-{header}: 1\r\n")) + "\r\nx\r\n--b--\r\n");
        yield return Case("far too long a header in a part", "--b\r\nX: " + new string('a', 100_000) + "\r\n\r\nx\r\n--b--\r\n");
        yield return Case("far too many parts", string.Concat(Enumerable.Range(0, 100).Select(part => $"--b\r\nContent-Disposition: form-data; name=\"p{part}\"\r\n\r\nx\r\n")) + "--b--\r\n");
    }

    [TestCaseSource(nameof(Broken))]
    public async Task Refuses_a_broken_form_with_400(string body)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        using var response = await SendAsync(content);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(answer.RootElement.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "error" }));
            Assert.That(Submits(), Is.Empty);
            Assert.That(_gateway.Errors, Is.Empty);
        });
    }

    [TestCase("multipart/form-data")]
    [TestCase("multipart/form-data; boundary=")]
    [TestCase("multipart/mixed; boundary=b")]
    [TestCase("text/plain")]
    [TestCase("image/png")]
    public async Task Refuses_other_content_types_with_415(string type)
    {
        var content = new ByteArrayContent([1]);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var response = await SendAsync(content);
        Assert.That((response.StatusCode, await response.Content.ReadAsStringAsync()),
            Is.EqualTo((HttpStatusCode.UnsupportedMediaType, """{"error":"Content-Type must be multipart/form-data"}""")));
    }

    [Test]
    public async Task Leaves_nothing_behind_when_the_client_goes_away()
    {
        var storing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _gateway.Services.On("storage", "STREAM", "/v1/uploads", async context =>
        {
            try
            {
                var buffer = new byte[8192];
                while (await context.Request.Body.ReadAsync(buffer) is > 0) storing.TrySetResult();
            }
            catch (Exception)
            {
                aborted.TrySetResult();
                throw;
            }
        });
        using var cancel = new CancellationTokenSource();
        using var form = Form(("prompt", "p"));
        form.Add(ImagePart(new StreamContent(new SlowStream(new byte[150_000], new byte[1], new TaskCompletionSource().Task))));
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = form };
        request.Headers.Add("X-API-Key", _key);
        var sending = _gateway.Http.SendAsync(request, cancel.Token);
        await storing.Task;
        await cancel.CancelAsync();
        Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>());
        await Eventually.ThatAsync(() => aborted.Task.IsCompleted);
        Assert.That((Submits().Count, _gateway.Errors.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Goes_on_with_the_models_it_knows_while_providers_is_away()
    {
        using var first = await SendAsync(("prompt", "p"));
        _gateway.Services.On("providers", "GET", "/internal/catalog", 503, "");
        _time.Advance(TimeSpan.FromMinutes(5));
        using var second = await SendAsync(("prompt", "p"));
        await Eventually.ThatAsync(() => CatalogReads() >= 2);
        Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Accepted)));
    }

    [Test]
    public async Task Says_503_when_it_has_never_known_a_model()
    {
        _gateway.Services.On("providers", "GET", "/internal/catalog", 503, "");
        using var response = await SendAsync(("prompt", "p"));
        Assert.That((response.StatusCode, Deletions()), Is.EqualTo((HttpStatusCode.ServiceUnavailable, 1)));
    }

    [Test]
    public async Task Learns_of_new_models_by_itself()
    {
        using var before = await SendAsync(("prompt", "p"), ("model", "wan9"));
        VividFlowCatalog.Serve(_gateway.Services, "wan9");
        _time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.ThatAsync(async () =>
        {
            using var after = await SendAsync(("prompt", "p"), ("model", "wan9"));
            return after.StatusCode == HttpStatusCode.Accepted;
        });
        Assert.That(before.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    int CatalogReads() => _gateway.Services.Received.Count(request => request.Target == "/internal/catalog");

    Task<HttpResponseMessage> SendAsync(params (string Name, string Text)[] fields)
    {
        var form = Form(fields);
        form.Add(ImagePart(new ByteArrayContent([1, 2, 3])));
        return SendAsync(form);
    }

    Task<HttpResponseMessage> SendAsync(HttpContent content) => _gateway.SendAsync(HttpMethod.Post, Path, content: content, headers: ("X-API-Key", _key));

    static MultipartFormDataContent Form(params (string Name, string Text)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, text) in fields) form.Add(new StringContent(text), name);
        return form;
    }

    static HttpContent ImagePart(HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "image", FileName = "a.png" };
        return content;
    }

    IReadOnlyList<ReceivedRequest> Submits() => [.. _gateway.Services.Received.Where(request => request is { Service: "jobs", Method: "POST" })];

    JsonElement Input() => JsonDocument.Parse(Submits()[^1].Body).RootElement.GetProperty("input");

    int Deletions() => _gateway.Services.Received.Count(request => request is { Service: "storage", Method: "DELETE" });

    static TestCaseData Case(string name, string body) => new TestCaseData(body).SetArgDisplayNames(name);

    /// <summary>Gives its first part, waits for a sign, gives the second.</summary>
    sealed class SlowStream(byte[] first, byte[] second, Task sign) : MemoryStream
    {
        readonly MemoryStream _first = new(first);
        readonly MemoryStream _second = new(second);

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (await _first.ReadAsync(buffer, cancellationToken) is var count and > 0) return count;
            await sign.WaitAsync(cancellationToken);
            return await _second.ReadAsync(buffer, cancellationToken);
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[8192];
            while (await ReadAsync(buffer, cancellationToken) is var count and > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                await destination.FlushAsync(cancellationToken);
            }
        }
    }
}
