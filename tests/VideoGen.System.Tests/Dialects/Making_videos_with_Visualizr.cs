using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Dialects;

/// <summary>A Visualizr client at work against the running system: made, followed, downloaded, listed, deleted.</summary>
[TestFixture]
public sealed class Making_videos_with_Visualizr
{
    static readonly object Small = new { prompt = "A serene mountain landscape", negative_prompt = "blurry", width = 256, height = 256, num_frames = 16, fps = 8, seed = 7, style = "cinematic" };

    Customer _customer = null!;
    HttpClient _visualizr = null!;
    HttpClient _browser = null!;

    [OneTimeSetUp]
    public async Task Sign_up()
    {
        _customer = await TheSystem.NewCustomerAsync();
        _visualizr = _customer.Open(Door.Visualizr);
        _browser = Door.Visualizr.Open(TheSystem.Gateway, credential: null);
    }

    [OneTimeTearDown]
    public void Clear_away()
    {
        _visualizr.Dispose();
        _browser.Dispose();
        _customer.Dispose();
    }

    [Test]
    public async Task A_video_from_text_is_made_followed_downloaded_listed_and_deleted()
    {
        var accepted = await PostAsync("api/v1/generate/video", JsonContent.Create(Small));
        var requestId = Text(accepted, "request_id");
        Assert.That((Text(accepted, "status"), requestId[..10], (int)accepted["estimated_time_seconds"]! > 0), Is.EqualTo(("processing", "video_req_", true)));
        var done = await EndAsync(requestId);
        var result = done["result"]!;
        var url = Text(result, "video_url").TrimStart('/');
        Assert.That(url, Does.StartWith($"assets/video/video_{requestId[10..]}.mp4?"));

        var facts = await ProbeAsync(url);
        var metadata = result["metadata"]!;
        Assert.Multiple(async () =>
        {
            Assert.That((facts.Width, facts.Height, facts.Codec, facts.Frames), Is.EqualTo((256, 256, "h264", 16)));
            Assert.That((Text(metadata, "resolution"), Text(metadata, "format"), Text(metadata, "codec"), (double)metadata["fps"]!), Is.EqualTo(("256x256", "mp4", "h264", 8.0)));
            Assert.That((double)metadata["duration_seconds"]!, Is.EqualTo(facts.DurationSeconds).Within(0.01));
            Assert.That(await TypeOfAsync(url), Is.EqualTo(("video/mp4", (long?)metadata["file_size_bytes"]!)));
            Assert.That((await TypeOfAsync(Text(result, "thumbnail_url").TrimStart('/'))).Type, Is.EqualTo("image/jpeg"));
            Assert.That((await TypeOfAsync(Text(result, "preview_gif_url").TrimStart('/'))).Type, Is.EqualTo("image/gif"));
        });

        var videoId = "video_" + requestId[10..];
        await Lists_and_shows(videoId, requestId, metadata);
        await Deletes(videoId, requestId, url);
    }

    [Test]
    public async Task A_file_comes_by_key_and_in_ranges()
    {
        var requestId = Text(await PostAsync("api/v1/generate/video", JsonContent.Create(Small)), "request_id");
        var size = (long)(await EndAsync(requestId))["result"]!["metadata"]!["file_size_bytes"]!;
        var path = $"assets/video/video_{requestId[10..]}.mp4";
        using var head = await _visualizr.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        using var piece = await _visualizr.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(10, 19) } });
        using var beyond = await _visualizr.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(size, null) } });
        using var nobody = await _browser.GetAsync(path);
        using var forged = await _browser.GetAsync($"{path}?asset={Guid.CreateVersion7()}&expires=99999999999&signature={new string('A', 43)}");
        using var otherKind = await _visualizr.GetAsync(path.Replace(".mp4", ".webm", StringComparison.Ordinal));
        Assert.Multiple(async () =>
        {
            Assert.That((head.StatusCode, head.Content.Headers.ContentLength), Is.EqualTo((HttpStatusCode.OK, (long?)size)));
            Assert.That((piece.StatusCode, (await piece.Content.ReadAsByteArrayAsync()).Length), Is.EqualTo((HttpStatusCode.PartialContent, 10)));
            Assert.That((beyond.StatusCode, beyond.Content.Headers.ContentRange?.Length), Is.EqualTo((HttpStatusCode.RequestedRangeNotSatisfiable, (long?)size)));
            Assert.That(await CodeOfAsync(beyond), Is.EqualTo("RANGE_NOT_SATISFIABLE"));
            Assert.That((nobody.StatusCode, await CodeOfAsync(nobody)), Is.EqualTo((HttpStatusCode.Unauthorized, "UNAUTHORIZED")));
            Assert.That((forged.StatusCode, await CodeOfAsync(forged)), Is.EqualTo((HttpStatusCode.Forbidden, "LINK_EXPIRED")));
            Assert.That((otherKind.StatusCode, await CodeOfAsync(otherKind)), Is.EqualTo((HttpStatusCode.NotFound, "VIDEO_NOT_FOUND")));
        });
    }

    [Test]
    public async Task A_picture_is_set_in_motion()
    {
        using var form = new MultipartFormDataContent
        {
            { TheSystem.Files.Part("picture.jpg"), "image", "picture.jpg" },
            { new StringContent("gentle swaying in the wind"), "motion_prompt" },
            { new StringContent("1"), "duration_seconds" },
            { new StringContent("8"), "fps" },
            { new StringContent("0.7"), "motion_strength" },
        };
        var requestId = Text(await PostAsync("api/v1/generate/video/from-image", form), "request_id");
        var result = (await EndAsync(requestId))["result"]!;
        var video = await GetAsync("api/v1/assets/videos/video_" + requestId[10..]);
        Assert.Multiple(() =>
        {
            Assert.That(requestId, Does.StartWith("video_req_"));
            Assert.That(Text(result["metadata"]!, "resolution"), Is.EqualTo("512x512"));
            Assert.That((Text(video, "model"), Text(video, "prompt"), (double)video["parameters"]!["motion_strength"]!), Is.EqualTo(("animatediff", "gentle swaying in the wind", 0.7)));
        });
    }

    [Test]
    public async Task A_character_acts()
    {
        var accepted = await PostAsync("api/v1/generate/character-animation", JsonContent.Create(new
        {
            character_id = "assistant", action = "greeting", emotion = "happy", background = "office", duration_seconds = 1, resolution = "256x256", animation_style = "natural",
        }));
        var requestId = Text(accepted, "request_id");
        var done = await EndAsync(requestId);
        var bare = await GetAsync("api/v1/generate/status/" + requestId["anim_req_".Length..]);
        Assert.Multiple(() =>
        {
            Assert.That((Text(accepted, "character_id"), requestId[..9]), Is.EqualTo(("assistant", "anim_req_")));
            Assert.That(Text(done["result"]!["metadata"]!, "resolution"), Is.EqualTo("256x256"));
            Assert.That(Text(bare, "request_id"), Is.EqualTo(requestId), "the bare UUID is the same request");
        });
    }

    [Test]
    public async Task A_waiting_request_has_its_place_and_is_cancelled()
    {
        using var customer = await TheSystem.NewCustomerAsync(plan: "free");
        using var visualizr = customer.Open(Door.Visualizr);
        using var held = TheSystem.Shared.Vendor.Hold();
        JsonNode last = new JsonObject();
        for (var n = 0; n < 4; n++) last = await ReadAsync(await visualizr.PostAsJsonAsync("api/v1/generate/video", Small));
        var status = await ReadAsync(await visualizr.GetAsync("api/v1/generate/status/" + Text(last, "request_id")));
        using var answer = await visualizr.DeleteAsync("api/v1/generate/" + Text(last, "request_id"));
        var cancelled = await ReadAsync(answer);
        var after = await ReadAsync(await visualizr.GetAsync("api/v1/generate/status/" + Text(last, "request_id")));
        Assert.Multiple(() =>
        {
            Assert.That((int)last["queue_position"]!, Is.EqualTo(1));
            Assert.That((Text(status, "status"), Text(status, "current_step"), (int)status["queue_position"]!), Is.EqualTo(("processing", "queued", 1)));
            Assert.That((answer.StatusCode, Text(cancelled, "status"), Text(cancelled, "message")),
                Is.EqualTo((HttpStatusCode.OK, "cancelled", "Generation request cancelled successfully")));
            Assert.That((Text(after, "status"), Text(after, "cancelled_at")), Is.EqualTo(("cancelled", Text(cancelled, "cancelled_at"))));
        });
    }

    [Test]
    public async Task Models_have_figures_of_what_ran()
    {
        var requestId = Text(await PostAsync("api/v1/generate/video", JsonContent.Create(Small)), "request_id");
        await EndAsync(requestId);
        var model = await TheSystem.UntilAsync(
            async () => await GetAsync("api/v1/models/stable-video-diffusion") is var one && (long)one["performance"]!["total_generations"]! > 0 ? one : null, TimeSpan.FromSeconds(20));
        var list = await GetAsync("api/v1/models");
        Assert.Multiple(() =>
        {
            Assert.That((double)model["performance"]!["success_rate_percent"]!, Is.GreaterThan(0).And.LessThanOrEqualTo(100));
            Assert.That(list["models"]!.AsArray().Select(one => Text(one!, "id")), Is.EqualTo(new[] { "animatediff", "character-animation", "stable-video-diffusion" }));
            Assert.That((Text(model["capabilities"]!, "max_resolution"), (int)model["capabilities"]!["max_duration_seconds"]!), Is.EqualTo(("1024x1024", 10)));
        });
    }

    async Task Lists_and_shows(string videoId, string requestId, JsonNode metadata)
    {
        var today = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd");
        var listed = (await GetAsync($"api/v1/assets/videos?model=stable-video-diffusion&limit=100&start_date={today}"))["videos"]!.AsArray().Single(one => Text(one!, "id") == videoId)!;
        var none = await GetAsync("api/v1/assets/videos?end_date=2024-01-15T10:30:00Z");
        var video = await GetAsync("api/v1/assets/videos/" + videoId);
        Assert.Multiple(() =>
        {
            Assert.That(Text(listed, "prompt"), Is.EqualTo("A serene mountain landscape"));
            Assert.That((int)none["total_count"]!, Is.Zero);
            Assert.That((Text(video, "negative_prompt"), Text(video["generation_info"]!, "request_id")), Is.EqualTo(("blurry", requestId)));
            Assert.That(((int)video["parameters"]!["seed"]!, Text(video["parameters"]!, "style"), (int)video["parameters"]!["num_inference_steps"]!), Is.EqualTo((7, "cinematic", 25)));
            Assert.That((int)video["metadata"]!["bitrate_kbps"]!,
                Is.EqualTo((int)Math.Round((long)metadata["file_size_bytes"]! * 8 / (double)metadata["duration_seconds"]! / 1000)));
        });
    }

    async Task Deletes(string videoId, string requestId, string url)
    {
        using var first = await _visualizr.DeleteAsync("api/v1/assets/videos/" + videoId);
        var deleted = await ReadAsync(first);
        Assert.That((Text(deleted, "video_id"), Text(deleted, "status"), (long)deleted["freed_space_bytes"]! > 1000), Is.EqualTo((videoId, "deleted", true)));
        using var link = await _browser.GetAsync(url);
        using var details = await _visualizr.GetAsync("api/v1/assets/videos/" + videoId);
        using var again = await _visualizr.DeleteAsync("api/v1/assets/videos/" + videoId);
        using var status = await _visualizr.GetAsync("api/v1/generate/status/" + requestId);
        Assert.Multiple(async () =>
        {
            Assert.That((link.StatusCode, await CodeOfAsync(link)), Is.EqualTo((HttpStatusCode.NotFound, "VIDEO_NOT_FOUND")));
            Assert.That((details.StatusCode, await CodeOfAsync(details)), Is.EqualTo((HttpStatusCode.NotFound, "VIDEO_NOT_FOUND")));
            Assert.That((again.StatusCode, await CodeOfAsync(again)), Is.EqualTo((HttpStatusCode.NotFound, "VIDEO_NOT_FOUND")));
            Assert.That((status.StatusCode, await CodeOfAsync(status)), Is.EqualTo((HttpStatusCode.NotFound, "REQUEST_NOT_FOUND")));
        });
    }

    Task<JsonNode> EndAsync(string requestId) => TheSystem.UntilAsync(async () =>
    {
        var status = await GetAsync("api/v1/generate/status/" + requestId);
        Assert.That(Text(status, "status"), Is.AnyOf("processing", "completed"), status.ToJsonString());
        return Text(status, "status") == "completed" ? status : null;
    }, TimeSpan.FromSeconds(120));

    async Task<MediaFacts> ProbeAsync(string url)
    {
        var path = Path.Combine(Path.GetTempPath(), $"visualizr-{Guid.NewGuid():n}.mp4");
        await File.WriteAllBytesAsync(path, await _browser.GetByteArrayAsync(url));
        try
        {
            return await Media.ProbeAsync(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    async Task<(string? Type, long? Size)> TypeOfAsync(string url)
    {
        using var answer = await _browser.SendAsync(new HttpRequestMessage(HttpMethod.Head, url));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), url);
        return (answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentLength);
    }

    async Task<JsonNode> PostAsync(string path, HttpContent body) => await ReadAsync(await _visualizr.PostAsync(path, body));

    async Task<JsonNode> GetAsync(string path) => await ReadAsync(await _visualizr.GetAsync(path));

    static async Task<JsonNode> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, text);
        return JsonNode.Parse(text)!;
    }

    static async Task<string?> CodeOfAsync(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("code").GetString();

    static string Text(JsonNode node, string name) => (string)node[name]!;
}
