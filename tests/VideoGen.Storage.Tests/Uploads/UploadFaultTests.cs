using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Tests.Hosting;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Uploads;

/// <summary>Every refusal is one problem with a code and a sentence, and leaves neither row nor file.</summary>
public sealed class Uploading_what_is_no_file
{
    StorageApplication _storage = null!;

    [OneTimeSetUp]
    public async Task Start() => _storage = await StorageApplication.StartAsync("Storage:MaxUploadBytes=400000");

    [OneTimeTearDown]
    public async Task Stop() => await _storage.DisposeAsync();

    [TearDown]
    public async Task Nothing_is_left_behind()
    {
        await Eventually.ThatAsync(() => _storage.Files("work").Length == 0, because: "no file in the making is left");
        Assert.Multiple(async () =>
        {
            Assert.That(_storage.Files(), Is.Empty);
            Assert.That(_storage.Files("temp"), Is.Empty);
            Assert.That(await _storage.Database.ScalarAsync<long>("select count(*) from asset"), Is.Zero);
        });
    }

    [Test]
    public async Task Refuses_an_empty_file() => await AssertRefusedAsync(Form([], "empty.png"), "invalid_media", "is empty");

    [Test]
    public async Task Refuses_an_empty_body() => await AssertRefusedAsync(Raw([], "image/png"), "invalid_media", "is empty");

    [TestCase("<!DOCTYPE html><html>not a picture</html>", "page.png")]
    [TestCase("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "film.mp4")]
    [TestCase("ffconcat version 1.0\nfile other.mp4\n", "film.mp4")]
    [TestCase("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>", "drawing.svg")]
    [TestCase("MZ this program cannot be run in DOS mode", "holiday.jpg")]
    public async Task Refuses_what_was_only_renamed(string text, string name) =>
        await AssertRefusedAsync(Form(Encoding.UTF8.GetBytes(text), name), "invalid_media",
            name.EndsWith(".svg", StringComparison.Ordinal) ? "SVG drawing" : "first bytes");

    [Test]
    public async Task Refuses_a_video_that_is_sent_as_a_picture() =>
        await AssertRefusedAsync(Form(await SampleFiles.Mp3Async(), "photo.png"), "invalid_media", "sent as an image, but its bytes are audio/mpeg");

    [Test]
    public async Task Refuses_a_truncated_image([Values("jpg", "png")] string type, [Values(10, 50, 99)] int percent)
    {
        var whole = type == "jpg" ? await SampleFiles.JpegAsync() : await SampleFiles.PngAsync();
        await AssertRefusedAsync(Form(whole[..(whole.Length * percent / 100)], "photo." + type), "invalid_media", "incomplete");
    }

    [Test]
    public async Task Refuses_a_decompression_bomb()
    {
        var bomb = await SampleFiles.MakeAsync(".png", "-f", "lavfi", "-i", "color=c=black:s=9000x9000:r=1", "-pix_fmt", "monob", "-frames:v", "1", "-update", "1");
        Assert.That(bomb, Has.Length.LessThan(100_000));
        await AssertRefusedAsync(Form(bomb, "bomb.png"), "invalid_media", "pixels");
    }

    [Test]
    public async Task Refuses_a_file_that_is_too_large()
    {
        await AssertRefusedAsync(Form(new byte[400_001], "large.png"), "payload_too_large", "at most 400000 bytes", 413);
        await AssertRefusedAsync(Raw(new byte[400_001], "image/png"), "payload_too_large", "400000", 413);
    }

    [Test]
    public async Task Refuses_an_endless_body_as_soon_as_it_is_too_long()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/uploads") { Content = new StreamContent(new EndlessStream()) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("video/mp4");
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;
        request.Headers.Add(CallerToken.Header, StorageApplication.TokenOf(Guid.NewGuid()));
        var status = await SendAndTakeWhatComesAsync(request);
        Assert.That(status, Is.EqualTo(413).Or.Null, "an answer, or a closed connection");
    }

    [Test]
    public async Task Refuses_other_content_types()
    {
        await AssertRefusedAsync(Raw("{}"u8.ToArray(), "application/json"), "unsupported_media_type", "multipart/form-data", 415);
        await AssertRefusedAsync(Raw("x"u8.ToArray(), null), "unsupported_media_type", "is missing", 415);
        await AssertRefusedAsync(Raw("a=b"u8.ToArray(), "application/x-www-form-urlencoded"), "unsupported_media_type", "multipart/form-data", 415);
    }

    [Test]
    public async Task Refuses_a_form_without_the_field() =>
        await AssertRefusedAsync(new MultipartFormDataContent { { new StringContent("x"), "comment" } }, "invalid_request", "file: this field is missing");

    [Test]
    public async Task Refuses_a_form_with_several_files() => await AssertRefusedAsync(
        new MultipartFormDataContent { { new ByteArrayContent(await SampleFiles.PngAsync()), "file", "a.png" }, { new ByteArrayContent(await SampleFiles.PngAsync()), "file", "b.png" } },
        "invalid_request", "exactly one file");

    [Test]
    public async Task Refuses_a_form_with_too_many_parts()
    {
        var form = new MultipartFormDataContent();
        for (var n = 0; n < 20; n++) form.Add(new StringContent("x"), $"field{n}");
        await AssertRefusedAsync(form, "invalid_request", "more than 16 parts");
    }

    [Test]
    public async Task Refuses_a_part_with_too_many_headers()
    {
        var part = new ByteArrayContent(await SampleFiles.PngAsync());
        for (var n = 0; n < 30; n++) part.Headers.TryAddWithoutValidation($"X-Header-{n}", "x");
        await AssertRefusedAsync(new MultipartFormDataContent { { part, "file", "a.png" } }, "invalid_request", "form");
    }

    [TestCase("multipart/form-data")]
    [TestCase("multipart/form-data; boundary=")]
    [TestCase("multipart/form-data; boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Refuses_a_form_without_a_usable_boundary(string type) => await AssertRefusedAsync(Raw("x"u8.ToArray(), type), "invalid_request", "boundary");

    [Test]
    public async Task Refuses_a_form_of_another_boundary() =>
        await AssertRefusedAsync(Raw("--other\r\n\r\nx\r\n--other--\r\n"u8.ToArray(), "multipart/form-data; boundary=mine"), "invalid_request", "ends before");

    [Test]
    public async Task Refuses_a_form_that_stops_in_the_middle()
    {
        var bytes = Encoding.Latin1.GetBytes("--mine\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n")
            .Concat((await SampleFiles.PngAsync()).Take(1000)).ToArray();
        await AssertRefusedAsync(Raw(bytes, "multipart/form-data; boundary=mine"), "invalid_request", "ends before");
    }

    [Test]
    public async Task Keeps_nothing_of_a_client_that_leaves_in_the_middle()
    {
        var address = _storage.Http.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        var head = $"POST /v1/uploads HTTP/1.1\r\nHost: x\r\n{CallerToken.Header}: {StorageApplication.TokenOf(Guid.NewGuid())}\r\nContent-Type: image/png\r\nContent-Length: 300000\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(new byte[100_000]);
        await Eventually.ThatAsync(() => _storage.Files("work").Length == 1, because: "the upload has begun");
        client.Client.LingerState = new LingerOption(true, 0);
        client.Close();
    }

    [Test]
    public async Task Tells_that_the_disk_is_full()
    {
        await using var full = await StorageApplication.StartAsync($"Storage:MinFreeBytes={long.MaxValue / 2}");
        using var answer = await full.UploadAsync(Guid.NewGuid(), await SampleFiles.PngAsync(), "a.png");
        var problem = await StorageApplication.ReadAsync<Problem>(answer);
        Assert.Multiple(() =>
        {
            Assert.That(((int)answer.StatusCode, problem.Code, problem.Retryable), Is.EqualTo((503, "service_unavailable", true)));
            Assert.That(problem.Detail, Does.Contain("no room"));
            Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
        });
    }

    [Test]
    public async Task Answers_who_may_not()
    {
        using var nobody = await _storage.Http.PostAsync("/v1/uploads", Form(await SampleFiles.PngAsync(), "a.png"));
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/uploads") { Content = Form(await SampleFiles.PngAsync(), "a.png") };
        request.Headers.Add(CallerToken.Header, StorageApplication.TokenOf(Guid.NewGuid(), "assets:read"));
        using var reader = await _storage.Http.SendAsync(request);
        Assert.That(((int)nobody.StatusCode, (int)reader.StatusCode), Is.EqualTo((401, 403)));
    }

    static MultipartFormDataContent Form(byte[] bytes, string name) => StorageApplication.FormOf(new ByteArrayContent(bytes), name);

    static ByteArrayContent Raw(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    async Task AssertRefusedAsync(HttpContent content, string code, string text, int status = 400)
    {
        using var answer = await _storage.SendAsync(HttpMethod.Post, "/v1/uploads", Guid.NewGuid(), content);
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        var problem = await StorageApplication.ReadAsync<Problem>(answer);
        Assert.Multiple(() =>
        {
            Assert.That(((int)answer.StatusCode, problem.Code), Is.EqualTo((status, code)), problem.Detail);
            Assert.That(problem.Detail, Does.Contain(text).And.Not.Contain(_storage.Folder));
        });
    }

    async Task<int?> SendAndTakeWhatComesAsync(HttpRequestMessage request)
    {
        try
        {
            using var answer = await _storage.Http.SendAsync(request);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null; // The server closed the connection while we were still sending.
        }
    }

    sealed class EndlessStream : Objects.ReadOnlyStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(buffer.Length);
    }
}
