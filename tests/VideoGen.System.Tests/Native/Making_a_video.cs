using System.Net;
using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Native;

/// <summary>The main job of the product: a new developer signs up, sends a picture and a prompt, and gets a playable video back.</summary>
[TestFixture]
public sealed class Making_a_video
{
    NativeClient _developer = null!;
    WebhookSink _sink = null!;
    string _folder = null!;
    string _secret = null!;
    JobView _job = null!;
    AccountView _before = null!;
    string _video = null!;

    [OneTimeSetUp]
    public async Task Sign_up_and_make_one()
    {
        _folder = Directory.CreateTempSubdirectory("videogen-system").FullName;
        _sink = await WebhookSink.StartAsync();
        _developer = await TheSystem.SignUpAsync();
        var endpoint = await _developer.PostAsync<JsonElement>("/v1/webhooks/endpoints", new { url = _sink.Address + "/hook" });
        _secret = endpoint.GetProperty("secret").GetString()!;
        var picture = await _developer.UploadAsync(await Media.PictureAsync(_folder), "image/jpeg");
        _before = await _developer.AccountAsync();

        var accepted = await _developer.SubmitAsync(new
        {
            model = "wan2.1",
            input = new { prompt = "A slow zoom, 100% cinematic: it's a test", image = picture.Id, width = 640, height = 360, length = 33, seed = 7 },
            metadata = new Dictionary<string, string> { ["order"] = "42" },
        });
        _job = await _developer.WaitForEndAsync(accepted.Id, TimeSpan.FromMinutes(2));
        Assert.That(_job.Status, Is.EqualTo(JobStatus.Completed), _job.Error?.ToString());
        _video = await _developer.DownloadAsync(_job.Output!.Assets[0].Url, Path.Combine(_folder, "video.mp4"));
    }

    [OneTimeTearDown]
    public async Task Clear_away()
    {
        _developer.Dispose();
        await _sink.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Gives_an_h264_file_of_the_asked_size_and_length()
    {
        var facts = await Media.ProbeAsync(_video);
        Assert.That(facts with { DurationSeconds = 0 }, Is.EqualTo(new MediaFacts("h264", 640, 360, 0, 33, HasAudio: false)));
    }

    [Test]
    public async Task Gives_a_video_that_moves() => Assert.That(await Media.DistinctFramesAsync(_video), Is.GreaterThan(25));

    [Test]
    public async Task Describes_the_file_as_it_is()
    {
        var asset = _job.Output!.Assets[0];
        Assert.Multiple(() =>
        {
            Assert.That(asset.SizeBytes, Is.EqualTo(new FileInfo(_video).Length));
            Assert.That((asset.Width, asset.Height, asset.HasAudio), Is.EqualTo((640, 360, false)));
            Assert.That(_job.Provider, Is.EqualTo("simulator"));
            Assert.That(_job.Metadata["order"], Is.EqualTo("42"));
        });
        await using var file = File.OpenRead(_video);
        Assert.That(Convert.ToHexStringLower(await global::System.Security.Cryptography.SHA256.HashDataAsync(file)), Is.EqualTo(asset.Sha256));
    }

    [Test]
    public async Task Takes_the_price_once_and_books_it()
    {
        var after = await _developer.AccountAsync();
        var ledger = await _developer.GetAsync<JsonElement>($"/v1/account/ledger?job_id={_job.Id}");
        var kinds = ledger.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(_job.Credits.Captured, Is.Positive);
            Assert.That(_before.Credits.Available - after.Credits.Available, Is.EqualTo(_job.Credits.Captured));
            Assert.That(after.Credits.Held, Is.Zero);
            Assert.That(kinds, Does.Contain("hold").And.Contain("capture"));
        });
    }

    [Test]
    public async Task Tells_the_subscriber_in_a_way_that_verifies()
    {
        var webhook = await TheSystem.UntilAsync(() => _sink.Received.FirstOrDefault(received => received.Type == "job.completed"), TimeSpan.FromSeconds(20));
        Assert.Multiple(() =>
        {
            Assert.That(webhook.JobId, Is.EqualTo(_job.Id));
            Assert.That(webhook.IsSignedWith(_secret), Is.True);
        });
    }

    [Test]
    public async Task Tells_the_subscriber_in_a_way_that_the_npm_package_verifies()
    {
        Programs.Require("node");
        var webhook = await TheSystem.UntilAsync(() => _sink.Received.FirstOrDefault(received => received.Type == "job.completed"), TimeSpan.FromSeconds(20));
        var samples = await Samples.FolderAsync();
        var genuine = await VerifyAsync(samples, webhook, webhook.Body);
        var changed = webhook.Body.ToArray();
        changed[^3] ^= 1;
        var altered = await VerifyAsync(samples, webhook, changed);
        Assert.Multiple(() =>
        {
            Assert.That(genuine.Output.Trim(), Is.EqualTo("valid"), genuine.ToString());
            Assert.That(altered.Output, Does.StartWith("refused"), altered.ToString());
        });
    }

    [Test]
    public async Task Leaves_the_whole_story_in_the_feed()
    {
        var events = await _developer.GetAsync<JsonElement>("/v1/events?limit=100");
        var types = events.GetProperty("data").EnumerateArray().Where(row => row.GetProperty("data").GetProperty("id").GetGuid() == _job.Id)
            .Select(row => row.GetProperty("type").GetString()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(types, Does.Contain("job.queued").And.Contain("job.started"));
            Assert.That(types.Count(type => type == "job.completed"), Is.EqualTo(1));
            Assert.That(types[^1], Is.EqualTo("job.completed"));
        });
    }

    [Test]
    public async Task Serves_ranges_and_refuses_a_changed_link()
    {
        using var anonymous = new HttpClient();
        using var range = new HttpRequestMessage(HttpMethod.Get, _job.Output!.Assets[0].Url) { Headers = { Range = new(0, 99) } };
        using var part = await anonymous.SendAsync(range);
        using var refused = await anonymous.GetAsync(_job.Output.Assets[0].Url.Replace("expires=1", "expires=2", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(part.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
            Assert.That(part.Content.Headers.ContentLength, Is.EqualTo(100));
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        });
    }

    Task<ProgramRun> VerifyAsync(string samples, ReceivedWebhook webhook, byte[] body) =>
        Programs.RunAsync("node", samples, ["verify-webhook.js"], JsonSerializer.Serialize(new
        {
            secret = _secret,
            headers = new Dictionary<string, string>
            {
                ["webhook-id"] = webhook.Id,
                ["webhook-timestamp"] = webhook.Timestamp,
                ["webhook-signature"] = webhook.Signature,
            },
            body = Convert.ToBase64String(body),
        }));
}
