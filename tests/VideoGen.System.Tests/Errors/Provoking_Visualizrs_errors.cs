using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Errors;

/// <summary>Visualizr's error rows, each brought about in the running system by what brings it about in life.</summary>
[TestFixture]
public sealed class Provoking_Visualizrs_errors
{
    const string Video = "api/v1/generate/video";

    static readonly object Small = new { prompt = "a", width = 256, height = 256, num_frames = 8 };

    Customer _customer = null!;
    HttpClient _visualizr = null!;

    [OneTimeSetUp]
    public async Task Sign_up()
    {
        _customer = await TheSystem.NewCustomerAsync();
        _visualizr = _customer.Open(Door.Visualizr);
    }

    [OneTimeTearDown]
    public void Clear_away()
    {
        _visualizr.Dispose();
        _customer.Dispose();
    }

    [TestCase(Video, "{}", 400, "INVALID_PROMPT", "Text prompt is invalid or empty", "prompt is required: a text of 1 to 4000 characters")]
    [TestCase(Video, """{"prompt":""}""", 400, "INVALID_PROMPT", "Text prompt is invalid or empty", "prompt must not be blank")]
    [TestCase(Video, """{"prompt":"  "}""", 400, "INVALID_PROMPT", "Text prompt is invalid or empty", "prompt must not be blank")]
    [TestCase(Video, """{"prompt":"a","width":2048}""", 400, "INVALID_PARAMETERS", "Generation parameters are invalid",
        "width must be a whole number from 256 to 1024, a multiple of 8")]
    [TestCase(Video, """{"prompt":"a","fps":60,"seed":-1}""", 400, "INVALID_PARAMETERS", "Generation parameters are invalid",
        "fps must be a whole number from 8 to 30; seed must be a whole number from 0 to 9007199254740991")]
    [TestCase(Video, """{"prompt":"a","num_frames":100,"fps":8}""", 400, "INVALID_PARAMETERS", "Generation parameters are invalid",
        "num_frames must make a video of 1 to 10 seconds; 100 frames at fps 8 make 12.5")]
    [TestCase(Video, """{"prompt":"a","model":"veo3"}""", 404, "MODEL_NOT_FOUND", "Requested model is not available",
        "model must be one of animatediff, character-animation, stable-video-diffusion")]
    [TestCase(Video, """{"prompt":"a" """, 400, "INVALID_PARAMETERS", "The request body is not valid JSON", "The body is not valid JSON (line 1, byte 14).")]
    [TestCase("api/v1/generate/character-animation", """{"character_id":"robot","action":"greeting"}""", 400, "INVALID_PARAMETERS",
        "Generation parameters are invalid", "character_id must be one of assistant")]
    [TestCase("api/v1/generate/character-animation", """{"character_id":"assistant","action":"a","resolution":"1x1"}""", 400, "INVALID_PARAMETERS",
        "Generation parameters are invalid", "resolution must be one of 256x256, 512x512, 768x768, 1024x1024, 1280x720, 720x1280")]
    public async Task A_bad_body_is_named(string path, string body, int status, string code, string message, string details)
    {
        using var answer = await _visualizr.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        await AssertAsync(answer, status, code, message, details);
    }

    [TestCase("picture.jpg", "9", 400, "INVALID_PARAMETERS", "Generation parameters are invalid", "duration_seconds must be a number from 1 to 5")]
    [TestCase(null, "3", 400, "INVALID_PARAMETERS", "Generation parameters are invalid", "image is required: a picture file")]
    public async Task A_bad_form_is_named(string? picture, string seconds, int status, string code, string message, string details)
    {
        using var form = new MultipartFormDataContent { { new StringContent(seconds), "duration_seconds" } };
        if (picture is not null) form.Add(TheSystem.Files.Part(picture), "image", picture);
        using var answer = await _visualizr.PostAsync(Video + "/from-image", form);
        await AssertAsync(answer, status, code, message, details);
    }

    [Test]
    public async Task What_is_no_picture_is_refused()
    {
        using var form = new MultipartFormDataContent { { TheSystem.Files.Part("not-a-picture.jpg"), "image", "a.jpg" } };
        using var answer = await _visualizr.PostAsync(Video + "/from-image", form);
        var error = await ErrorOfAsync(answer);
        Assert.That(((int)answer.StatusCode, (string)error["code"]!, (string)error["message"]!), Is.EqualTo((400, "INVALID_PARAMETERS", "The file is not a usable image")));
    }

    [TestCase("GET", "api/v1/models/veo3", "MODEL_NOT_FOUND", "Requested model is not available", "model must be one of animatediff, character-animation, stable-video-diffusion")]
    [TestCase("GET", "api/v1/generate/status/video_req_123", "REQUEST_NOT_FOUND", "Generation request not found", "There is no generation request with this id.")]
    [TestCase("DELETE", "api/v1/generate/anim_req_125", "REQUEST_NOT_FOUND", "Generation request not found", "There is no generation request with this id.")]
    [TestCase("GET", "api/v1/assets/videos/video_123", "VIDEO_NOT_FOUND", "Video not found", "There is no video with this id.")]
    [TestCase("DELETE", "api/v1/assets/videos/video_123", "VIDEO_NOT_FOUND", "Video not found", "There is no video with this id.")]
    [TestCase("GET", "assets/video/video_123.mp4", "VIDEO_NOT_FOUND", "Video not found", "There is no video with this id.")]
    [TestCase("GET", "api/v1/no/such/route", "NOT_FOUND", "Not found", "There is no such resource.")]
    public async Task What_there_is_not_is_404(string method, string path, string code, string message, string details)
    {
        using var answer = await _visualizr.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        await AssertAsync(answer, 404, code, message, details);
    }

    [TestCase("limit=101", "limit must be a whole number from 1 to 100")]
    [TestCase("start_date=yesterday", "start_date must be a date, or a time with an offset, in ISO 8601, for example 2024-01-15 or 2024-01-15T10:30:00Z")]
    public async Task A_bad_query_is_named(string query, string details)
    {
        using var answer = await _visualizr.GetAsync("api/v1/assets/videos?" + query);
        await AssertAsync(answer, 400, "INVALID_PARAMETERS", "Generation parameters are invalid", details);
    }

    [Test]
    public async Task Somebody_elses_request_and_video_are_no_more_than_missing_ones()
    {
        using var owner = await TheSystem.NewCustomerAsync();
        var job = await owner.Tests.SubmitAsync(new { model = "stable-video-diffusion", input = Small, simulate = new { instant = true } });
        await owner.Tests.WaitForEndAsync(job.Id, TimeSpan.FromSeconds(60));
        foreach (var path in new[] { "api/v1/generate/status/video_req_{0}", "api/v1/assets/videos/video_{0}", "assets/video/video_{0}.mp4", "assets/video/video_{0}_thumb.jpg" })
        {
            using var foreign = await _visualizr.GetAsync(string.Format(path, job.Id));
            using var missing = await _visualizr.GetAsync(string.Format(path, Guid.CreateVersion7()));
            Assert.That((foreign.StatusCode, await foreign.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.NotFound, await missing.Content.ReadAsStringAsync())), path);
        }
    }

    [Test]
    public async Task A_wrong_key_is_401()
    {
        using var stranger = Door.Visualizr.Open(TheSystem.Gateway, "vg_live_00000000000000000000000000000000000000");
        using var answer = await stranger.GetAsync("api/v1/models");
        Assert.That((string)(await ErrorOfAsync(answer))["code"]!, Is.EqualTo("UNAUTHORIZED"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Too_few_credits_are_402()
    {
        using var customer = await TheSystem.NewCustomerAsync(credits: 24);
        using var visualizr = customer.Open(Door.Visualizr);
        using var answer = await visualizr.PostAsJsonAsync(Video, Small);
        var error = await ErrorOfAsync(answer);
        Assert.That(((int)answer.StatusCode, (string)error["code"]!, (string)error["message"]!), Is.EqualTo((402, "INSUFFICIENT_CREDITS", "Insufficient credits")));
    }

    [Test]
    public async Task A_full_queue_is_503_with_Retry_After()
    {
        using var customer = await TheSystem.NewCustomerAsync(plan: "free");
        using var visualizr = customer.Open(Door.Visualizr);
        using var held = TheSystem.Shared.Vendor.Hold();
        var status = HttpStatusCode.OK;
        for (var n = 0; n < 40 && status != HttpStatusCode.ServiceUnavailable; n++)
        {
            using var answer = await visualizr.PostAsJsonAsync(Video, Small);
            status = answer.StatusCode;
            if (status != HttpStatusCode.ServiceUnavailable) continue;
            var error = await ErrorOfAsync(answer);
            Assert.Multiple(() =>
            {
                Assert.That(((string)error["code"]!, (string)error["message"]!), Is.EqualTo(("QUEUE_FULL", "Generation queue is at capacity")));
                Assert.That((string)error["details"]!, Does.Contain("3 jobs run and 20 wait"));
                Assert.That(answer.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
            });
        }
        Assert.That(status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task A_vendor_that_fails_is_told_in_the_status()
    {
        JsonNode status;
        using (TheSystem.Shared.Vendor.Break())
        {
            using var accepted = await _visualizr.PostAsJsonAsync(Video, Small);
            var id = (string)(await accepted.Content.ReadFromJsonAsync<JsonNode>())!["request_id"]!;
            await _customer.Native.WaitForEndAsync(Guid.Parse(id["video_req_".Length..]), TimeSpan.FromSeconds(90));
            status = (await _visualizr.GetFromJsonAsync<JsonNode>("api/v1/generate/status/" + id))!;
        }
        Assert.Multiple(() =>
        {
            Assert.That(((string)status["status"]!, (string)status["error"]!["code"]!, (string)status["error"]!["message"]!),
                Is.EqualTo(("failed", "GENERATION_FAILED", "Video generation process failed")));
            Assert.That((string)status["failed_at"]!, Is.Not.Empty);
        });
    }

    [Test]
    public async Task Refused_content_is_told_in_the_status()
    {
        var job = await _customer.Tests.SubmitAsync(new { model = "stable-video-diffusion", input = Small, simulate = new { fail_with = "content_rejected" } });
        await _customer.Tests.WaitForEndAsync(job.Id, TimeSpan.FromSeconds(60));
        using var visualizr = _customer.Open(Door.Visualizr, _customer.TestKey);
        var error = (await visualizr.GetFromJsonAsync<JsonNode>($"api/v1/generate/status/video_req_{job.Id}"))!["error"]!;
        Assert.That(((string)error["code"]!, (string)error["message"]!), Is.EqualTo(("GENERATION_FAILED", "Video generation failed due to invalid prompt")));
        using var cancel = await visualizr.DeleteAsync($"api/v1/generate/video_req_{job.Id}");
        await AssertAsync(cancel, 409, "REQUEST_NOT_CANCELLABLE", "Generation request has already ended", "The job has already failed.");
    }

    [Test]
    public async Task A_service_that_is_away_is_503()
    {
        using var known = await _visualizr.GetAsync("api/v1/models"); // the key is in the gateway's cache
        using var cut = TheSystem.Shared.Cut("jobs");
        using var answer = await _visualizr.GetAsync($"api/v1/generate/status/video_req_{Guid.CreateVersion7()}");
        Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        await AssertAsync(answer, 503, "SERVICE_UNAVAILABLE", "The service is not available at the moment", "The service is not available.");
    }

    static async Task AssertAsync(HttpResponseMessage answer, int status, string code, string message, string details)
    {
        var text = await answer.Content.ReadAsStringAsync();
        var expected = new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["details"] = details } };
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
            Assert.That(JsonNode.DeepEquals(JsonNode.Parse(text), expected), Is.True, text);
        });
    }

    static async Task<JsonNode> ErrorOfAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
}
