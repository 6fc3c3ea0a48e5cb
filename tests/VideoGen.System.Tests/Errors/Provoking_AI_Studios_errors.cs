using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Errors;

/// <summary>AI Studio's error rows, each brought about in the running system by what brings it about in life.</summary>
[TestFixture]
public sealed class Provoking_AI_Studios_errors
{
    const string NotFound = """{"detail":"Video job not found"}""";

    static readonly Dictionary<string, string> Good = new()
    {
        ["prompt"] = "A cinematic shot of a sunset over mountains",
        ["model"] = "veo-3.1-fast-generate-preview",
        ["resolution"] = "720p",
        ["aspectRatio"] = "16:9",
        ["durationSeconds"] = "4",
        ["mockMode"] = "true",
    };

    Customer _customer = null!;
    HttpClient _studio = null!;

    [OneTimeSetUp]
    public async Task Sign_in()
    {
        _customer = await TheSystem.NewCustomerAsync();
        _studio = _customer.Open(Door.AiStudio, _customer.Token);
    }

    [OneTimeTearDown]
    public void Clear_away()
    {
        _studio.Dispose();
        _customer.Dispose();
    }

    // Field, its value or nothing to leave it out, files of the form as field=name, the sentence.
    [TestCase("resolution", "4k", "", "Resolution must be '720p' or '1080p'")]
    [TestCase("resolution", null, "", "Resolution must be '720p' or '1080p'")]
    [TestCase("aspectRatio", "1:1", "", "Aspect ratio must be '16:9' or '9:16'")]
    [TestCase("aspectRatio", "", "", "Aspect ratio must be '16:9' or '9:16'")]
    [TestCase("durationSeconds", "6", "", "Duration seconds must be 4 or 8")]
    [TestCase("durationSeconds", "long", "", "Duration seconds must be 4 or 8")]
    [TestCase("generateAudio", "loud", "", "Generate audio must be 'true' or 'false'")]
    [TestCase("mockMode", "maybe", "", "Mock mode must be 'true' or 'false'")]
    [TestCase("model", "wan2.1", "", "Model must be 'veo-3.1-fast-generate-preview'")]
    [TestCase("model", null, "", "Model must be 'veo-3.1-fast-generate-preview'")]
    [TestCase("prompt", null, "", "Either prompt or initialImage is required")]
    [TestCase("prompt", " ", "", "Prompt must hold at least one visible character")]
    [TestCase("prompt", null, "endFrame=picture.png", "Either prompt or initialImage is required")]
    [TestCase("x", "", "endFrame=picture.png", "End frame requires initialImage")]
    [TestCase("x", "", "initialImage=not-a-picture.jpg", "Initial image must be an image file")]
    [TestCase("x", "", "initialImage=clip.mp4", "Initial image must be an image file")]
    [TestCase("x", "", "initialImage=picture.jpg endFrame=speech.mp3", "End frame must be an image file")]
    [TestCase("x", "", "referenceImages=picture.jpg referenceImages=silent.mp4", "Reference images must be image files")]
    [TestCase("x", "", "referenceImages=picture.jpg referenceImages=picture.jpg referenceImages=picture.jpg referenceImages=picture.jpg", "Reference images must be at most 3 files")]
    [TestCase("initialImage", "picture.jpg", "", "Initial image must be an image file")]
    public async Task A_bad_field_is_400_in_a_sentence(string field, string? value, string files, string sentence)
    {
        var fields = new Dictionary<string, string>(Good);
        if (value is null) fields.Remove(field);
        else fields[field] = value;
        using var answer = await _studio.PostAsync("video-jobs", Form(fields, files));
        await AssertAsync(answer, HttpStatusCode.BadRequest, JsonSerializer.Serialize(new { detail = sentence }));
    }

    [Test]
    public async Task A_prompt_too_long_is_400()
    {
        using var answer = await _studio.PostAsync("video-jobs", Form(new(Good) { ["prompt"] = new string('p', 4001) }));
        await AssertAsync(answer, HttpStatusCode.BadRequest, """{"detail":"Prompt must be a text of 1 to 4000 characters"}""");
    }

    [Test]
    public async Task Refused_requests_leave_no_files_behind()
    {
        using var stranger = await TheSystem.NewCustomerAsync();
        using var studio = stranger.Open(Door.AiStudio);
        using var answer = await studio.PostAsync("video-jobs", Form(new(Good) { ["durationSeconds"] = "6" }, "initialImage=picture.jpg referenceImages=picture.png"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        await TheSystem.UntilAsync(async () => (await stranger.Native.GetAsync<JsonElement>("/v1/assets")).GetProperty("data").GetArrayLength() == 0 ? stranger : null, TimeSpan.FromSeconds(20));
    }

    [TestCase("video-jobs?status_filter=DONE", "Status filter must be 'PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED' or 'CANCELLED'")]
    [TestCase("video-jobs?limit=201", "Limit must be a whole number from 1 to 200")]
    [TestCase("video-jobs?offset=-1", "Offset must be a whole number from 0 to 100000000")]
    public async Task A_bad_query_is_400(string path, string sentence)
    {
        using var answer = await _studio.GetAsync(path);
        await AssertAsync(answer, HttpStatusCode.BadRequest, JsonSerializer.Serialize(new { detail = sentence }));
    }

    [TestCase("GET", "video-jobs", null)]
    [TestCase("POST", "video-jobs", "vg_live_00000000000000000000000000000000000000")]
    [TestCase("GET", "video-jobs", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")]
    public async Task A_wrong_credential_is_401(string method, string path, string? credential)
    {
        using var nobody = Door.AiStudio.Open(TheSystem.Gateway, credential);
        using var answer = await nobody.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? Form(Good) : null });
        await AssertAsync(answer, HttpStatusCode.Unauthorized, """{"detail":"Could not validate credentials"}""");
    }

    [Test]
    public async Task Too_few_tokens_are_402_with_the_numbers()
    {
        using var customer = await TheSystem.NewCustomerAsync(credits: 20);
        using var studio = customer.Open(Door.AiStudio);
        using var answer = await studio.PostAsync("video-jobs", Form(Good));
        await AssertAsync(answer, HttpStatusCode.PaymentRequired,
            """{"detail":{"message":"Insufficient tokens. Operation 'video_generation' costs 50 tokens but you have 20.","cost":50,"availableTokens":20}}""");
    }

    [Test]
    public async Task An_API_key_without_the_scope_is_403()
    {
        var reader = await _customer.NewKeyAsync("jobs:read");
        using var studio = _customer.Open(Door.AiStudio, reader.Secret);
        using var answer = await studio.PostAsync("video-jobs", Form(Good));
        await AssertAsync(answer, HttpStatusCode.Forbidden, """{"detail":"Not enough permissions"}""");
    }

    [TestCase("GET", "")]
    [TestCase("GET", "/download")]
    [TestCase("DELETE", "")]
    public async Task Somebody_elses_job_is_404(string method, string rest)
    {
        using var stranger = await TheSystem.NewCustomerAsync();
        var job = await stranger.StallAsync();
        foreach (var id in (string[])[job.Id.ToString(), Guid.CreateVersion7().ToString(), "nonsense"])
        {
            using var answer = await _studio.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"video-jobs/{id}{rest}"));
            await AssertAsync(answer, HttpStatusCode.NotFound, NotFound);
        }
    }

    /// <summary>The free plan's 3 running and 20 waiting jobs, filled to the last place.</summary>
    [Test]
    public async Task One_job_more_than_the_plan_lets_run_and_wait_is_429()
    {
        using var customer = await TheSystem.NewCustomerAsync(plan: "free");
        using var studio = customer.Open(Door.AiStudio);
        for (var running = 0; running < 3; running++) await customer.StallAsync();
        var waiting = new List<string>();
        for (var number = 0; number < 20; number++) waiting.Add((await CreatedAsync(studio))["id"]!.GetValue<string>());
        using var refused = await studio.PostAsync("video-jobs", Form(Good));
        await AssertAsync(refused, HttpStatusCode.TooManyRequests,
            """{"detail":"Maximum 3 concurrent video jobs allowed. Please wait for existing jobs to complete."}""");
        Assert.Multiple(async () =>
        {
            Assert.That(refused.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(10)));
            Assert.That(await TotalAsync(studio, "PENDING"), Is.EqualTo(20));
            Assert.That((await customer.Native.AccountAsync()).Credits.Held, Is.EqualTo(20 * 50), "what was refused holds nothing");
        });

        using var deleted = await studio.DeleteAsync($"video-jobs/{waiting[7]}");
        Assert.That(deleted.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        // Its place is free as soon as its saga has ended it.
        await TheSystem.UntilAsync(async () => (await customer.Native.AccountAsync()).Credits.Held == 19 * 50 ? customer : null, TimeSpan.FromSeconds(20));
        await CreatedAsync(studio);
    }

    [Test]
    public async Task A_video_that_is_not_there_yet_can_t_be_downloaded()
    {
        var job = await _customer.StallAsync(percent: 30);
        await _customer.RunningAsync(job.Id);
        using var studio = _customer.Open(Door.AiStudio, _customer.TestKey);
        using var running = await studio.GetAsync($"video-jobs/{job.Id}/download");
        await AssertAsync(running, HttpStatusCode.BadRequest, """{"detail":"Video not ready yet"}""");
        await _customer.CancelledAsync(job.Id);
        using var cancelled = await studio.GetAsync($"video-jobs/{job.Id}/download");
        await AssertAsync(cancelled, HttpStatusCode.BadRequest, """{"detail":"Job cancelled by user"}""");
    }

    [Test]
    public async Task A_running_job_that_is_deleted_gives_its_tokens_back()
    {
        using var customer = await TheSystem.NewCustomerAsync(credits: 70);
        using var studio = customer.Open(Door.AiStudio);
        using (TheSystem.Shared.Vendor.Hold())
        {
            var id = (await CreatedAsync(studio))["id"]!.GetValue<string>();
            await customer.RunningAsync(Guid.Parse(id));
            using var deleted = await studio.DeleteAsync($"video-jobs/{id}");
            using var gone = await studio.GetAsync($"video-jobs/{id}");
            Assert.That(deleted.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            await AssertAsync(gone, HttpStatusCode.NotFound, NotFound);
        }
        await TheSystem.UntilAsync(async () => (await customer.Native.AccountAsync()).Credits is { Available: 70, Held: 0 } ? customer : null, TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task A_vendor_that_fails_is_told_in_the_job()
    {
        JsonNode job;
        using (TheSystem.Shared.Vendor.Break())
        {
            var id = (await CreatedAsync(_studio))["id"]!.GetValue<string>();
            await _customer.FailedAsync(Guid.Parse(id));
            job = (await _studio.GetFromJsonAsync<JsonNode>($"video-jobs/{id}"))!;
        }
        Assert.Multiple(() =>
        {
            Assert.That(job["status"]!.GetValue<string>(), Is.EqualTo("FAILED"));
            Assert.That(job["statusMessage"]!.GetValue<string>(), Is.EqualTo("Video generation failed"));
            Assert.That(job["errorMessage"]!.GetValue<string>(), Is.Not.Empty);
            Assert.That(job["tokensConsumed"]!.GetValue<int>(), Is.Zero);
            Assert.That(job["logs"]!.AsArray()[^1]!["level"]!.GetValue<string>(), Is.EqualTo("error"));
        });
    }

    [Test]
    public async Task A_key_that_was_used_with_another_request_is_422()
    {
        var key = Guid.NewGuid().ToString();
        using var first = await SendAsync(key, Good);
        using var again = await SendAsync(key, Good);
        using var other = await SendAsync(key, new(Good) { ["prompt"] = "Something else" });
        await AssertAsync(other, HttpStatusCode.UnprocessableEntity, """{"detail":"This Idempotency-Key was used with another request"}""");
        Assert.That(await IdOfAsync(again), Is.EqualTo(await IdOfAsync(first)));

        async Task<HttpResponseMessage> SendAsync(string idempotencyKey, Dictionary<string, string> fields)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "video-jobs") { Content = Form(fields, "initialImage=picture.jpg"), Headers = { { "Idempotency-Key", idempotencyKey } } };
            return await _studio.SendAsync(request);
        }
    }

    [Test]
    public async Task What_the_route_does_not_take_is_405_413_or_415()
    {
        using var put = await _studio.PutAsync("video-jobs", Form(Good));
        await AssertAsync(put, HttpStatusCode.MethodNotAllowed, """{"detail":"Method Not Allowed"}""");
        using var json = await _studio.PostAsJsonAsync("video-jobs", Good);
        await AssertAsync(json, HttpStatusCode.UnsupportedMediaType, """{"detail":"Content-Type must be multipart/form-data"}""");
        using var large = await _studio.PostAsync("video-jobs", Form(new(Good) { ["prompt"] = new string('p', 300 * 1024) }));
        await AssertAsync(large, HttpStatusCode.RequestEntityTooLarge, """{"detail":"Request body too large"}""");
    }

    [Test]
    public async Task A_service_that_is_away_is_503()
    {
        using var known = await _studio.GetAsync("video-jobs?limit=1"); // the user is in the gateway's cache
        using var cut = TheSystem.Shared.Cut("jobs");
        using var answer = await _studio.GetAsync("video-jobs");
        await AssertAsync(answer, HttpStatusCode.ServiceUnavailable, """{"detail":"Service unavailable. Try again later."}""");
    }

    static MultipartFormDataContent Form(Dictionary<string, string> fields, string files = "")
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields) form.Add(new StringContent(value, Encoding.UTF8), name);
        foreach (var file in files.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            form.Add(TheSystem.Files.Part(file.Split('=')[1]), file.Split('=')[0], file.Split('=')[1]);
        return form;
    }

    static async Task<JsonNode> CreatedAsync(HttpClient studio)
    {
        using var answer = await studio.PostAsync("video-jobs", Form(Good));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), text);
        return JsonNode.Parse(text)!;
    }

    static async Task<int> TotalAsync(HttpClient studio, string status) =>
        (await studio.GetFromJsonAsync<JsonNode>($"video-jobs?status_filter={status}&limit=200"))!["total"]!.GetValue<int>();

    static async Task<string> IdOfAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();

    static async Task AssertAsync(HttpResponseMessage answer, HttpStatusCode status, string body)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(status), text);
            Assert.That(JsonNode.DeepEquals(JsonNode.Parse(text), JsonNode.Parse(body)), Is.True, text);
        });
    }
}
