using System.Net;
using System.Text;
using System.Text.Json;
using VideoGen.Gateway.Tests.Dialects.Vsl;

namespace VideoGen.Gateway.Tests.Dialects;

/// <summary>
/// In every API whose submits name media by URL: a data URI goes on to Jobs as it came, and the gateway is not the one to judge
/// it.
/// </summary>
[TestFixture]
public sealed class Sending_files_in_the_body
{
    const int UploadLimit = 3_000_000;

    GatewayApplication _gateway = null!;
    string _key = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync($"Storage:MaxUploadBytes={UploadLimit}");
        VslCatalog.Serve(_gateway.Services);
        _gateway.Services.On("jobs", "POST", "/v1/jobs", 202, new
        {
            id = Guid.CreateVersion7(), status = "queued", model = "m", kind = "video", test = false, input = new { },
            progress = new { percent = 0, step = "queued" }, credits = new { held = 1, captured = 0, price_version = 1 }, priority = 0,
            metadata = new { }, created_at = DateTimeOffset.UtcNow, version = 1, links = new { self = "", events = "", cancel = "" },
        });
    }

    /// <summary>Of an account of its own: Vydra takes ten a minute.</summary>
    [SetUp]
    public void Take_a_key() => _key = _gateway.Services.AddKey();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    static IEnumerable<TestCaseData> Submits()
    {
        foreach (var size in (int[])[30, 6_000, 400_000, UploadLimit])
        {
            yield return Row("/vydra/api/v1/models/kling-motion-control", "image_url",
                """{"image_url":"FILE","video_url":"https://example.com/a.mp4"}""", size);
            yield return Row("/vsl/generate-media", "image",
                """{"userId":"u","mediaType":"video","modelId":"stability-video","parameters":{"image":"FILE"}}""", size);
            yield return Row("/visualizr/api/v1/generate/video", "image", """{"model":"animatediff","image":"FILE"}""", size);
        }
        static TestCaseData Row(string path, string field, string body, int size) => new(path, field, body, size);
    }

    [TestCaseSource(nameof(Submits))]
    public async Task Hands_them_on(string path, string field, string body, int size)
    {
        var uri = UriOf(size);
        var first = await SubmitAsync(path, body.Replace("FILE", uri, StringComparison.Ordinal));
        var spelled =
            await SubmitAsync(path, body.Replace("FILE", uri.Replace("/", "\\/", StringComparison.Ordinal), StringComparison.Ordinal));
        var other = await SubmitAsync(path, body.Replace("FILE", UriOf(size - 1), StringComparison.Ordinal));
        using var sent = JsonDocument.Parse(first.Body);
        Assert.Multiple(() =>
        {
            Assert.That(sent.RootElement.GetProperty("input").GetProperty(field).GetString() == uri, Is.True, "the file as it was sent");
            Assert.That(spelled.Fingerprint, Is.EqualTo(first.Fingerprint));
            Assert.That(other.Fingerprint, Is.Not.EqualTo(first.Fingerprint));
        });
    }

    [Test]
    public async Task Refuses_one_that_is_cut_short_or_too_large()
    {
        foreach (var (path, body) in Submits().Select(row => ((string)row.Arguments[0]!, (string)row.Arguments[2]!)).Distinct())
        {
            using var broken = await PostAsync(path, body.Replace("FILE", UriOf(30_000) + " ", StringComparison.Ordinal));
            using var large = await PostAsync(path, body.Replace("FILE", UriOf(UploadLimit + 2_000), StringComparison.Ordinal));
            using var text = await PostAsync(path, body.Replace("FILE", new string('x', 300_000), StringComparison.Ordinal));
            Assert.That((broken.StatusCode, large.StatusCode, text.StatusCode),
                Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.RequestEntityTooLarge)), path);
        }
    }

    async Task<(string Body, string Fingerprint)> SubmitAsync(string path, string body)
    {
        _gateway.Services.ClearReceived();
        using var response = await PostAsync(path, body);
        Assert.That((int)response.StatusCode, Is.InRange(200, 202), await response.Content.ReadAsStringAsync());
        var received = _gateway.Services.Received.Single(request => request.Target == "/v1/jobs");
        return (received.Body, received.Headers["X-VideoGen-Fingerprint"]);
    }

    async Task<HttpResponseMessage> PostAsync(string path, string body)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add(path.StartsWith("/vsl", StringComparison.Ordinal) ? "X-API-Key" : "Authorization",
            path.StartsWith("/vsl", StringComparison.Ordinal) ? _key : "Bearer " + _key);
        return await _gateway.Http.SendAsync(request);
    }

    static string UriOf(int size)
    {
        var file = new byte[size];
        new Random(size).NextBytes(file);
        return "data:image/png;base64," + Convert.ToBase64String(file);
    }
}
