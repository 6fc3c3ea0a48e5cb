using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Tests.Feed;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Testing;
using JobsOf = VideoGen.Jobs.Tests.Feed.Jobs;

namespace VideoGen.Jobs.Tests.Webhooks;

[TestFixture]
public sealed class Telling_in_the_shape_of_VSL() : WebhookFixture("hooks_vsl")
{
    static readonly DateTimeOffset Created = new(2026, 3, 31, 23, 59, 30, TimeSpan.Zero);
    static readonly DateTimeOffset Ended = new(2026, 4, 1, 0, 0, 45, 678, TimeSpan.Zero);

    [Test]
    public async Task A_completed_job_arrives_whole_and_signed_with_the_id_of_the_event()
    {
        var account = Guid.NewGuid();
        var url = Sink.Url();
        var endpoint = await RegisterVslAsync(account, url);
        var job = Video("user123");
        await App.AppendAsync(account, EventTypes.Completed, job);

        var request = (await Sink.WaitAsync(url)).Single();

        Assert.That(request.IsSignedWith(endpoint.Secret), Is.True);
        Assert.That(Text(request), Is.EqualTo(
            $$"""
            {"event":"job.completed","jobId":"{{job.Id}}","userId":"user123","status":"completed","result":{"originalUrl":"https://videogen.example.com/v1/assets/1/content?signature=a+b","thumbnailUrl":"https://videogen.example.com/v1/assets/1/thumbnail","s3Path":"videos/user123/2026/03/31/{{job.Id}}","fileSize":15728640,"duration":5,"width":1024,"height":576,"fps":24},"timestamp":"2026-04-01T00:00:45Z"}
            """));
        await Eventually.ThatAsync(async () => (await App.Reader.ReadAsync(World.Both(account), FeedCursor.Start, 1,
            types: null, default)).Count == 1);
        var row = (await App.Reader.ReadAsync(World.Both(account), FeedCursor.Start, 1, types: null, default)).Single();
        Assert.That(request.Id, Is.EqualTo($"evt_{row.EventId}"));
        Assert.That(Encoding.UTF8.GetString(row.Body), Does.StartWith("{\"type\":\"job.completed\""), "the feed stays native");
    }

    [Test]
    public async Task Without_an_end_user_the_account_stands_for_one()
    {
        var account = Guid.NewGuid();
        var url = Sink.Url();
        await RegisterVslAsync(account, url);
        var job = Video(userId: null);
        await App.AppendAsync(account, EventTypes.Completed, job);

        var body = JsonSerializer.Deserialize<JsonElement>((await Sink.WaitAsync(url)).Single().Body);

        Assert.That(body.GetProperty("userId").GetGuid(), Is.EqualTo(account));
        Assert.That(body.GetProperty("result").GetProperty("s3Path").GetString(), Is.EqualTo($"videos/{account}/2026/03/31/{job.Id}"));
    }

    [TestCase(EventTypes.Failed, JobStatus.Failed)]
    [TestCase(EventTypes.Cancelled, JobStatus.Cancelled)]
    public async Task Every_other_end_is_a_failure_that_says_its_status(string type, string status)
    {
        var account = Guid.NewGuid();
        var url = Sink.Url();
        await RegisterVslAsync(account, url, "*");
        var job = Video("user123") with { Status = status, Output = null };
        await App.AppendAsync(account, EventTypes.Queued, job with { Status = JobStatus.Queued, EndedAt = null });
        await App.AppendAsync(account, EventTypes.Progressed, job with { Status = JobStatus.Running, EndedAt = null });
        await App.AppendAsync(account, type, job);

        var request = (await Sink.WaitAsync(url)).Single();

        Assert.That(Text(request), Is.EqualTo(
            $$"""{"event":"job.failed","jobId":"{{job.Id}}","userId":"user123","status":"{{status}}","result":null,"timestamp":"2026-04-01T00:00:45Z"}"""));
        Assert.That(await DeliveriesAsync(account), Has.Count.EqualTo(1), "only the end is told");
    }

    [Test]
    public async Task Other_kinds_of_output_leave_out_what_they_have_not()
    {
        var account = Guid.NewGuid();
        var url = Sink.Url();
        await RegisterVslAsync(account, url);
        var audio = Video("user123") with { Output = new JobOutput([Asset("audio", "audio/mpeg") with { Width = null, Height = null, Fps = null, ThumbnailUrl = null }], Text: null) };
        var text = Video("user123") with { Output = new JobOutput([], "Once upon a time") };
        var picture = Asset("image", "image/png") with { DurationSeconds = null, Fps = null, ThumbnailUrl = null };
        var images = Video("../a b") with { Output = new JobOutput([picture, picture with { SizeBytes = 7 }], Text: null) };
        await App.AppendAsync(account, EventTypes.Completed, audio);
        await Sink.WaitAsync(url);
        await App.AppendAsync(account, EventTypes.Completed, text);
        await Sink.WaitAsync(url, 2);
        await App.AppendAsync(account, EventTypes.Completed, images);
        await Sink.WaitAsync(url, 3);

        var results = Sink.At(url).Select(request => JsonSerializer.Deserialize<JsonElement>(request.Body).GetProperty("result").GetRawText()).ToList();

        Assert.That(results[0], Is.EqualTo(
            $$"""{"originalUrl":"https://videogen.example.com/v1/assets/1/content?signature=a+b","s3Path":"audios/user123/2026/03/31/{{audio.Id}}","fileSize":15728640,"duration":5}"""));
        Assert.That(results[1], Is.EqualTo("""{"text":"Once upon a time"}"""));
        const string link = "https://videogen.example.com/v1/assets/1/content?signature=a+b";
        Assert.That(results[2], Is.EqualTo(
            $$$"""{"originalUrl":"{{{link}}}","s3Path":"images/..%2Fa%20b/2026/03/31/{{{images.Id}}}","fileSize":15728640,"width":1024,"height":576,"outputs":[{"originalUrl":"{{{link}}}","fileSize":15728640,"width":1024,"height":576},{"originalUrl":"{{{link}}}","fileSize":7,"width":1024,"height":576}]}"""));
    }

    [Test]
    public async Task Each_attempt_and_each_replay_sends_the_same_bytes_whatever_the_endpoint_has_become()
    {
        var account = Guid.NewGuid();
        var url = Sink.UrlThatAnswers(500, 200, 200);
        var endpoint = await RegisterVslAsync(account, url);
        using var http = App.As(account);
        await App.AppendAsync(account, EventTypes.Completed, Video("user123"));
        var delivered = await DeliveryAsync(account, "delivered");
        await (await http.PatchAsJsonAsync($"/v1/webhooks/endpoints/{endpoint.Id}", new { format = "native" })).JsonAsync(200);

        await (await http.PostAsync($"/v1/webhooks/deliveries/{delivered.GetProperty("id").GetGuid()}/replay", content: null)).JsonAsync(202);
        var requests = await Sink.WaitAsync(url, 3);

        Assert.That(requests.Select(request => request.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(requests.Select(Text).Distinct().Count(), Is.EqualTo(1));
        Assert.That((delivered.GetProperty("format").GetString(), delivered.GetProperty("body").GetString()), Is.EqualTo(("vsl", Text(requests[0]))));
    }

    [Test]
    public async Task Side_by_side_each_endpoint_gets_its_own_shape_of_the_same_event()
    {
        var account = Guid.NewGuid();
        var (vsl, native) = (Sink.Url(), Sink.Url());
        await RegisterVslAsync(account, vsl);
        await RegisterAsync(account, native);
        await App.AppendAsync(account, EventTypes.Completed, Video("user123"));

        var (first, second) = ((await Sink.WaitAsync(vsl)).Single(), (await Sink.WaitAsync(native)).Single());

        Assert.That(first.Id, Is.EqualTo(second.Id));
        Assert.That((Text(first)[..9], Text(second)[..8]), Is.EqualTo(("{\"event\":", "{\"type\":")));
        var formats = (await DeliveriesAsync(account)).Select(delivery => delivery.GetProperty("format").GetString());
        Assert.That(formats, Is.EquivalentTo(new[] { "native", "vsl" }));
    }

    [Test]
    public async Task A_test_has_the_shape_and_a_name_that_no_receiver_takes_for_an_end()
    {
        var account = Guid.NewGuid();
        var url = Sink.Url();
        var endpoint = await RegisterVslAsync(account, url);
        using var http = App.As(account);

        var result = await (await http.PostAsync($"/v1/webhooks/endpoints/{endpoint.Id}/test", content: null)).JsonAsync(200);

        var request = Sink.At(url).Single();
        Assert.That(request.IsSignedWith(endpoint.Secret), Is.True);
        Assert.That(Text(request), Does.Match(
            $$"""^\{"event":"webhook.test","endpointId":"{{endpoint.Id}}","url":"{{url}}","message":"This is a test event of your webhook endpoint.","timestamp":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"\}$"""));
        Assert.That(result.GetProperty("body").GetString(), Is.EqualTo(Text(request)));
        var shown = await http.GetJsonAsync($"/v1/webhooks/deliveries/{result.GetProperty("delivery_id").GetGuid()}");
        Assert.That((shown.GetProperty("format").GetString(), shown.GetProperty("body").GetString()), Is.EqualTo(("vsl", Text(request))));
    }

    [Test]
    public async Task A_change_to_it_is_refused_while_the_endpoint_wants_more_than_ends()
    {
        var account = Guid.NewGuid();
        var endpoint = await RegisterAsync(account, Sink.Url(), "job.queued", "job.completed");
        using var http = App.As(account);
        var path = $"/v1/webhooks/endpoints/{endpoint.Id}";

        var refused = await (await http.PatchAsJsonAsync(path, new { format = "vsl" })).JsonAsync(400);
        var changed = await (await http.PatchAsJsonAsync(path, new { format = "vsl", events = new[] { "job.completed" } })).JsonAsync(200);
        var again = await (await http.PatchAsJsonAsync(path, new { events = new[] { "job.queued" } })).JsonAsync(400);

        Assert.That(refused.GetProperty("errors").GetProperty("events")[0].GetString(),
            Is.EqualTo("must be [\"*\"], or some of job.completed, job.failed, job.cancelled, each once with format vsl."));
        Assert.That(changed.GetProperty("format").GetString(), Is.EqualTo("vsl"));
        Assert.That(again.GetProperty("errors").TryGetProperty("events", out _), Is.True);
        Assert.That((await EndpointAsync(account, endpoint.Id)).GetProperty("events").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task An_unknown_format_is_refused_and_the_known_ones_named()
    {
        using var http = App.As(Guid.NewGuid());
        var problem = await (await http.PostAsync("/v1/webhooks/endpoints", new { url = Sink.Url(), format = "VSL" })).JsonAsync(400);
        Assert.That(problem.GetProperty("errors").GetProperty("format")[0].GetString(), Is.EqualTo("must be one of native, vsl"));
    }

    static string Text(Received request) => Encoding.UTF8.GetString(request.Body);

    static JobView Video(string? userId) => JobsOf.New(status: JobStatus.Completed) with
    {
        Metadata = userId is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["user_id"] = userId },
        Output = new JobOutput([Asset("video", "video/mp4")], Text: null),
        CreatedAt = Created,
        EndedAt = Ended,
    };

    static JobAsset Asset(string kind, string mediaType) => new(
        Guid.CreateVersion7(), kind, mediaType, SizeBytes: 15728640, Sha256: "00", Width: 1024, Height: 576, DurationSeconds: 5, Fps: 24, HasAudio: false,
        "https://videogen.example.com/v1/assets/1/content?signature=a+b", "https://videogen.example.com/v1/assets/1/thumbnail", PreviewUrl: null);
}
