using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Dialects.AiStudio;

[TestFixture]
public sealed class Creating_a_job
{
    const string Path = "/ai-studio/api/v1/video-jobs";
    const string Job = "0194d3a0-2222-7000-8000-000000000002";

    static readonly (string Name, string Value)[] Fields = [("prompt", "p"), ("model", "veo-3.1-fast-generate-preview"), ("resolution", "1080p"), ("aspectRatio", "16:9")];

    GatewayApplication _gateway = null!;
    string _key = "";
    int _uploads;

    [SetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync();
        AiStudioCatalog.Serve(_gateway.Services);
        _uploads = 0;
        _gateway.Services.On("storage", "POST", "/v1/uploads", async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            var name = (await body.ReadToEndAsync()).Contains("twin", StringComparison.Ordinal) ? "twin" : $"{_uploads}";
            context.Response.StatusCode = 201;
            await context.Response.WriteAsync($$"""{"id":"{{Asset(_uploads++)}}","kind":"image","media_type":"image/png","sha256":"{{name}}"}""");
        });
        _gateway.Services.On("storage", "DELETE", "/v1/assets/*", 204, "");
        // Jobs answers with what it was given, as it does for a new job.
        _gateway.Services.On("jobs", "POST", "/v1/jobs", async context =>
        {
            using var ask = await JsonDocument.ParseAsync(context.Request.Body);
            context.Response.StatusCode = 202;
            await context.Response.WriteAsync($$$"""{"id":"{{{Job}}}","status":"queued","kind":"video","progress":{"percent":0},"credits":{"held":50},"input":{{{ask.RootElement.GetProperty("input").GetRawText()}}}}""");
        });
        _key = _gateway.Services.AddKey();
    }

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Names_each_file_where_the_form_had_it_and_keeps_them_all()
    {
        using var response = await SendAsync(Form(Fields, "referenceImages", "endFrame", "referenceImages", "initialImage"));
        var input = Submitted().GetProperty("input");
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(input.GetProperty("initialImage").GetString(), Is.EqualTo(Asset(3)));
            Assert.That(input.GetProperty("endFrame").GetString(), Is.EqualTo(Asset(1)));
            Assert.That(input.GetProperty("referenceImages").EnumerateArray().Select(id => id.GetString()), Is.EqualTo(new[] { Asset(0), Asset(2) }));
            Assert.That(Deleted(), Is.Empty);
        });
    }

    [Test]
    public async Task Deletes_every_file_of_a_refused_request()
    {
        using var response = await SendAsync(Form([.. Fields, ("mockMode", "maybe")], "initialImage", "endFrame", "referenceImages"));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        await Eventually.ThatAsync(() => Deleted().Length == 3);
        Assert.That(Deleted(), Is.EquivalentTo(new[] { Asset(0), Asset(1), Asset(2) }));
    }

    [Test]
    public async Task Deletes_the_files_that_an_earlier_request_with_the_same_key_has_its_own_of()
    {
        _gateway.Services.On("jobs", "POST", "/v1/jobs", 202,
            $$$"""{"id":"{{{Job}}}","status":"queued","kind":"video","progress":{"percent":0},"credits":{"held":50},"input":{"initialImage":"0194d3a0-1111-7000-8000-00000000000f","referenceImages":["{{{Asset(1)}}}"]}}""");
        using var response = await SendAsync(Form(Fields, "initialImage", "referenceImages"));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        await Eventually.ThatAsync(() => Deleted().Length > 0);
        Assert.That(Deleted(), Is.EqualTo(new[] { Asset(0) }));
    }

    [Test]
    public async Task Takes_a_sign_in_token_and_shows_the_account_whichever_credential_asks()
    {
        var account = Guid.CreateVersion7();
        var user = _gateway.Services.AddUser(identity => identity with { AccountId = account });
        var key = _gateway.Services.AddKey(identity => identity with { AccountId = account });
        using var byToken = await SendAsync(Form(Fields), TestCredentials.Token(user, DateTimeOffset.UtcNow));
        using var byKey = await SendAsync(Form(Fields), key);
        Assert.Multiple(async () =>
        {
            Assert.That(byToken.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(await UserOfAsync(byToken), Is.EqualTo(account.ToString()));
            Assert.That(await UserOfAsync(byKey), Is.EqualTo(account.ToString()));
        });
    }

    [Test]
    public async Task Names_the_status_route_where_the_client_called()
    {
        var port = TestPorts.Free();
        await using var gateway = await GatewayApplication.StartAsync($"Dialects:AiStudio:Port={port}");
        AiStudioCatalog.Serve(gateway.Services);
        gateway.Services.On("jobs", "POST", "/v1/jobs", 202, $$$"""{"id":"{{{Job}}}","status":"queued","kind":"video","progress":{"percent":0},"credits":{"held":50},"input":{}}""");
        using var client = GatewayApplication.NewClient(new Uri($"http://127.0.0.1:{port}"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Services.AddKey());
        using var response = await client.PostAsync("/api/v1/video-jobs", Form(Fields));
        Assert.That(response.Headers.Location!.ToString(), Is.EqualTo($"/api/v1/video-jobs/{Job}"));
    }

    [TestCase("p", "", true)]
    [TestCase("p", "initialImage", false)]
    [TestCase("q", "", false)]
    public async Task A_repetition_is_one_by_its_fields_and_files(string prompt, string file, bool same)
    {
        var first = await FingerprintAsync(Form(Fields));
        var second = await FingerprintAsync(Form([("prompt", prompt), .. Fields[1..]], file.Length > 0 ? [file] : []));
        Assert.That(first == second, Is.EqualTo(same));
    }

    [Test]
    public async Task A_repetition_has_its_files_in_the_same_fields()
    {
        var initial = await FingerprintAsync(Form(Fields, "initialImage=twin"));
        Assert.Multiple(async () =>
        {
            Assert.That(await FingerprintAsync(Form(Fields, "initialImage=twin")), Is.EqualTo(initial), "new uploads, same bytes");
            Assert.That(await FingerprintAsync(Form(Fields, "referenceImages=twin")), Is.Not.EqualTo(initial));
            Assert.That(await FingerprintAsync(Form(Fields, "initialImage=twin", "referenceImages=twin")), Is.Not.EqualTo(initial));
        });
    }

    async Task<string> FingerprintAsync(MultipartFormDataContent form)
    {
        _gateway.Services.ClearReceived();
        using var response = await SendAsync(form, headers: ("Idempotency-Key", "k-1"));
        var received = _gateway.Services.Received.Single(request => request.Target == "/v1/jobs");
        Assert.That((response.StatusCode, received.Headers["Idempotency-Key"]), Is.EqualTo((HttpStatusCode.Accepted, "k-1")));
        return received.Headers["X-VideoGen-Fingerprint"];
    }

    Task<HttpResponseMessage> SendAsync(MultipartFormDataContent form, string? credential = null, params (string Name, string Value)[] headers) =>
        _gateway.SendAsync(HttpMethod.Post, Path, credential ?? _key, form, headers);

    /// <param name="files">Field names; a name may be followed by the file's text.</param>
    static MultipartFormDataContent Form(IEnumerable<(string Name, string Value)> fields, params string[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields) form.Add(new StringContent(value, Encoding.UTF8), name);
        foreach (var file in files)
            form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(file.Contains('=') ? file.Split('=')[1] : "bytes")), file.Split('=')[0], "a.png");
        return form;
    }

    JsonElement Submitted() => JsonDocument.Parse(_gateway.Services.Received.Last(request => request is { Service: "jobs", Target: "/v1/jobs" }).Body).RootElement;

    string[] Deleted() => [.. _gateway.Services.Received.Where(request => request is { Service: "storage", Method: "DELETE" }).Select(request => request.Target["/v1/assets/".Length..])];

    static string Asset(int number) => $"0194d3a0-1111-7000-8000-00000000000{number}";

    static async Task<string> UserOfAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("userId").GetString()!;
    }
}
