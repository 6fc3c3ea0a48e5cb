using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Errors;

/// <summary>
/// VSL's error rows, each brought about in the running system by what brings it about in life; 500 is that of <see cref="Faults.Losing_the_database"/>.
/// A submit never meets a vendor's 502, because it is answered before a vendor is asked; what is met is a service that answers with half an answer.
/// </summary>
[TestFixture]
public sealed class Provoking_VSLs_errors
{
    Customer _customer = null!;
    HttpClient _vsl = null!;

    [OneTimeSetUp]
    public async Task Sign_up()
    {
        _customer = await TheSystem.NewCustomerAsync();
        _vsl = _customer.Open(Door.Vsl);
    }

    [OneTimeTearDown]
    public void Clear_away()
    {
        _vsl.Dispose();
        _customer.Dispose();
    }

    static IEnumerable<TestCaseData> Refused()
    {
        yield return Row("no user", """{"mediaType":"image","modelId":"sdxl","parameters":{"prompt":"x"}}""", "INVALID_PARAMETERS", "userId is required.");
        yield return Row("a user that can't be printed", """{"userId":"a\u0000b","mediaType":"image","modelId":"sdxl","parameters":{"prompt":"x"}}""", "INVALID_PARAMETERS", "userId must not contain the NUL character.");
        yield return Row("no kind of media", Body("hologram", "sdxl", """{"prompt":"x"}"""), "INVALID_MEDIA_TYPE", "mediaType must be one of: video, image, audio.");
        yield return Row("another kind than the model's", Body("audio", "sdxl", """{"prompt":"x"}"""), "INVALID_MEDIA_TYPE", "mediaType must be image for the model sdxl.");
        yield return Row("no model", Body("image", "dall-e", """{"prompt":"x"}"""), "MODEL_NOT_FOUND", "modelId must be one of: flux-schnell, musicgen, sdxl, stability-video.");
        yield return Row("a model of another API", Body("video", "wan2.1", """{"prompt":"x"}"""), "MODEL_NOT_FOUND", "modelId must be one of");
        yield return Row("no object of parameters", Body("image", "sdxl", "[]"), "INVALID_PARAMETERS", "parameters must be an object.");
        yield return Row("no prompt", Body("image", "sdxl", "{}"), "INVALID_PARAMETERS", "parameters.prompt is required");
        yield return Row("a number out of range", Body("image", "flux-schnell", """{"prompt":"x","num_outputs":5}"""), "INVALID_PARAMETERS", "parameters.num_outputs must be a whole number from 1 to 4");
        yield return Row("several faults", Body("audio", "musicgen", """{"duration":31,"temperature":-1}"""), "INVALID_PARAMETERS", "parameters.prompt is required", "parameters.duration must", "parameters.temperature must");
        yield return Row("an unknown parameter", Body("image", "sdxl", """{"prompt":"x","nonsense":1}"""), "INVALID_PARAMETERS", "parameters.nonsense is not an input of this model");
        yield return Row("a text for a number", Body("image", "sdxl", """{"prompt":"x","width":"wide"}"""), "INVALID_PARAMETERS", "parameters.width must be");
        yield return Row("no JSON", "{", "INVALID_PARAMETERS", "The body is not valid JSON");
        yield return Row("a URL that leads nowhere", Body("video", "stability-video", """{"image":"http://127.0.0.1:1/picture.jpg"}"""), "INVALID_PARAMETERS", "parameters.image");
    }

    [TestCaseSource(nameof(Refused))]
    public async Task A_bad_request_is_400(string body, string code, string[] details)
    {
        using var answer = await _vsl.PostAsync("generate-media", Provoking.Json(body));
        await AssertAsync(answer, 400, code, details);
    }

    [Test]
    public async Task A_file_that_is_no_picture_is_400()
    {
        using var answer = await _vsl.PostAsync("generate-media", Provoking.Json(Body("video", "stability-video", $$"""{"image":"{{TheSystem.Files.UrlOf("not-a-picture.jpg")}}"}""")));
        await AssertAsync(answer, 400, "INVALID_PARAMETERS", "parameters.image");
    }

    [Test]
    public async Task Another_content_type_is_400()
    {
        using var answer = await _vsl.PostAsync("generate-media", new StringContent("userId=1", Encoding.UTF8, "application/x-www-form-urlencoded"));
        await AssertAsync(answer, 400, "INVALID_PARAMETERS", "The content type must be application/json.");
    }

    [TestCase(null)]
    [TestCase("your-api-key-here")]
    [TestCase("vg_live_00000000000000000000000000000000000000")]
    public async Task A_wrong_key_or_none_is_401(string? key)
    {
        using var vsl = Door.Vsl.Open(TheSystem.Gateway, key);
        using var submit = await vsl.PostAsync("generate-media", Provoking.Json(Body("image", "sdxl", """{"prompt":"x"}""")));
        using var status = await vsl.GetAsync($"status/{Guid.CreateVersion7()}");
        await AssertAsync(submit, 401, "UNAUTHORIZED");
        await AssertAsync(status, 401, "UNAUTHORIZED");
    }

    [Test]
    public async Task Too_few_credits_are_402()
    {
        using var poor = await TheSystem.NewCustomerAsync(credits: 3);
        using var vsl = poor.Open(Door.Vsl);
        using var answer = await vsl.PostAsync("generate-media", Provoking.Json(Body("audio", "musicgen", """{"prompt":"drums"}""")));
        await AssertAsync(answer, 402, "INSUFFICIENT_CREDITS", "The job needs 7 credits, the account has 3 available.");
    }

    [Test]
    public async Task A_key_without_the_scope_is_403()
    {
        var key = await _customer.NewKeyAsync("jobs:read");
        using var vsl = _customer.Open(Door.Vsl, key.Secret);
        using var answer = await vsl.PostAsync("generate-media", Provoking.Json(Body("image", "sdxl", """{"prompt":"x"}""")));
        await AssertAsync(answer, 403, "FORBIDDEN", "jobs:write");
    }

    [Test]
    public async Task What_is_not_there_is_404()
    {
        using var stranger = await TheSystem.NewCustomerAsync();
        var theirs = await stranger.StallAsync();
        foreach (var id in (string[])[$"{theirs.Id}", $"{Guid.CreateVersion7()}", "550e8400", $"job_{theirs.Id}"])
        {
            using var answer = await _vsl.GetAsync($"status/{id}");
            await AssertAsync(answer, 404, "JOB_NOT_FOUND", "There is no job with this id.");
        }
        using var route = await _vsl.GetAsync("models");
        await AssertAsync(route, 404, "NOT_FOUND");
    }

    [Test]
    public async Task Another_method_is_405_and_a_body_too_large_is_413()
    {
        using var method = await _vsl.PutAsync("generate-media", Provoking.Json("{}"));
        using var large = await _vsl.PostAsync("generate-media", Provoking.TooLarge());
        await AssertAsync(method, 405, "METHOD_NOT_ALLOWED");
        await AssertAsync(large, 413, "PAYLOAD_TOO_LARGE");
    }

    [Test]
    public async Task An_idempotency_key_in_use_is_409_and_one_of_another_request_422()
    {
        object Ask(int fps) => new { userId = "user123", mediaType = "video", modelId = "stability-video", parameters = new { image = TheSystem.Files.UrlOf("picture.jpg"), fps } };
        var (first, second) = await Provoking.TwiceAtOnceAsync(_vsl, "generate-media", Ask(8));
        using (first)
        using (second)
        using (var other = await Provoking.PostAsync(_vsl, "generate-media", Ask(9), "at-once"))
        {
            await AssertAsync(second, 409, "IDEMPOTENCY_KEY_IN_FLIGHT");
            Assert.That((int)first.StatusCode, Is.EqualTo(202), await first.Content.ReadAsStringAsync());
            await AssertAsync(other, 422, "IDEMPOTENCY_KEY_REUSED");
        }
    }

    [Test]
    public async Task The_hundred_and_first_request_of_a_user_within_the_hour_is_429()
    {
        // Wrong in what comes after the user, so that nothing is made; they count.
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var answer = await _vsl.PostAsync("generate-media", Provoking.Json(Body("hologram", "sdxl", "{}", user: "busy")));
            return ((int)answer.StatusCode, int.Parse(answer.Headers.GetValues("X-RateLimit-Remaining").Single()));
        }));
        using var refused = await _vsl.PostAsync("generate-media", Provoking.Json(Body("image", "sdxl", """{"prompt":"x"}""", user: "busy")));
        using var other = await _vsl.PostAsync("generate-media", Provoking.Json(Body("hologram", "sdxl", "{}", user: "idle")));
        var body = await AssertAsync(refused, 429, "RATE_LIMIT_EXCEEDED", "The limit of 100 requests for this userId is reached.");
        Assert.Multiple(() =>
        {
            Assert.That(answers, Is.EquivalentTo(Enumerable.Range(0, 100).Select(remaining => (400, remaining))));
            Assert.That(body.GetProperty("error").GetString(), Is.EqualTo("Rate limit exceeded"));
            Assert.That(body.GetProperty("retryAfter").GetInt32(), Is.InRange(3500, 3660));
            Assert.That(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, Is.EqualTo(body.GetProperty("retryAfter").GetInt32()));
            Assert.That(other.Headers.GetValues("X-RateLimit-Remaining"), Is.EqualTo((string[])["99"]));
        });
    }

    [Test]
    public async Task A_full_queue_is_429()
    {
        using var free = await TheSystem.NewCustomerAsync(plan: "free");
        await Provoking.FillQueueAsync(free);
        using var vsl = free.Open(Door.Vsl);
        using var answer = await vsl.PostAsync("generate-media", Provoking.Json(Body("image", "sdxl", """{"prompt":"x"}""")));
        await AssertAsync(answer, 429, "RATE_LIMIT_EXCEEDED");
    }

    [Test]
    public async Task A_service_that_is_away_is_503()
    {
        using var known = await _vsl.GetAsync($"status/{Guid.CreateVersion7()}"); // the key is in the gateway's cache
        var submit = Body("image", "sdxl", """{"prompt":"x"}""");
        using (TheSystem.Shared.Cut("jobs"))
        {
            using var status = await _vsl.GetAsync($"status/{Guid.CreateVersion7()}");
            using var generate = await _vsl.PostAsync("generate-media", Provoking.Json(submit));
            await AssertAsync(status, 503, "SERVICE_UNAVAILABLE");
            await AssertAsync(generate, 503, "SERVICE_UNAVAILABLE");
        }
        using (TheSystem.Shared.Cut("providers"))
        {
            using var callback = await CallBackAsync("msg-away", "{}");
            await AssertAsync(callback, 503, "SERVICE_UNAVAILABLE");
        }
        using var again = await _vsl.GetAsync($"status/{Guid.CreateVersion7()}");
        using (TheSystem.Shared.Cut("accounts"))
        {
            using var uncounted = await _vsl.PostAsync("generate-media", Provoking.Json(submit));
            await AssertAsync(uncounted, 503, "SERVICE_UNAVAILABLE");
        }
    }

    [Test]
    public async Task A_service_whose_answer_breaks_off_is_502()
    {
        var submit = Body("image", "sdxl", """{"prompt":"x"}""");
        using var accepted = await _vsl.PostAsync("generate-media", Provoking.Json(submit));
        var id = (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("jobId").GetString()!;
        using (TheSystem.Shared.Tear("jobs"))
        {
            using var status = await _vsl.GetAsync($"status/{id}");
            using var generate = await _vsl.PostAsync("generate-media", Provoking.Json(submit));
            await AssertAsync(status, 502, "UPSTREAM_ERROR");
            await AssertAsync(generate, 502, "UPSTREAM_ERROR");
        }
        using var mended = await _vsl.GetAsync($"status/{id}");
        Assert.That((int)mended.StatusCode, Is.EqualTo(200));
    }

    [Test]
    public async Task A_vendor_that_fails_is_told_in_the_status()
    {
        string id;
        using (TheSystem.Shared.Vendor.Break())
        {
            using var accepted = await _vsl.PostAsync("generate-media", Provoking.Json(Body("image", "sdxl", """{"prompt":"x"}""")));
            id = (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("jobId").GetString()!;
            await _customer.FailedAsync(Guid.Parse(id));
        }
        var status = await _vsl.GetFromJsonAsync<JsonElement>($"status/{id}");
        Assert.Multiple(() =>
        {
            Assert.That(status.EnumerateObject().Select(member => member.Name), Is.EquivalentTo(
                (string[])["jobId", "status", "mediaType", "modelId", "userId", "createdAt", "completedAt", "error"]));
            Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("failed"));
            Assert.That(status.GetProperty("error").GetString(), Is.Not.Empty);
        });
    }

    [Test]
    public async Task A_callback_is_taken_once_or_twice_and_a_forged_one_is_401()
    {
        const string prediction = """{"id":"ufawqhfynnddngldkgtslldrkq","status":"succeeded","output":["https://replicate.delivery/x"],"error":null}""";
        using var first = await CallBackAsync("msg-1", prediction);
        using var again = await CallBackAsync("msg-1", prediction);
        using var forged = await CallBackAsync("msg-2", prediction, secret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        using var bare = await _vsl.PostAsync("webhook/replicate", Provoking.Json(prediction));
        await Provoking.AssertAsync(first, 200, """{"received":true}""");
        await Provoking.AssertAsync(again, 200, """{"received":true}""");
        await AssertAsync(forged, 401, "UNAUTHORIZED", "webhook-signature does not match.");
        await AssertAsync(bare, 401, "UNAUTHORIZED", "webhook-id, webhook-timestamp and webhook-signature are required.");
    }

    /// <summary>As Replicate sends it, without a key.</summary>
    static async Task<HttpResponseMessage> CallBackAsync(string id, string body, string secret = TheSystem.ReplicateSecret)
    {
        using var replicate = Door.Vsl.Open(TheSystem.Gateway, credential: null);
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "webhook/replicate") { Content = Provoking.Json(body) };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString());
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(signature)}");
        return await replicate.SendAsync(request);
    }

    /// <summary>The three members of every error, the limit headers of every answer.</summary>
    static async Task<JsonElement> AssertAsync(HttpResponseMessage answer, int status, string code, params string[] details)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        var body = JsonElement.Parse(text);
        Assert.Multiple(() =>
        {
            Assert.That(body.GetProperty("code").GetString(), Is.EqualTo(code), text);
            Assert.That(body.GetProperty("error").GetString(), Is.Not.Empty);
            foreach (var part in details) Assert.That(body.GetProperty("details").GetString(), Does.Contain(part));
            foreach (var header in (string[])["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"])
                Assert.That(answer.Headers.TryGetValues(header, out var values) && long.TryParse(values.Single(), out _), Is.True, header);
        });
        return body;
    }

    static string Body(string mediaType, string model, string parameters, string user = "user123") =>
        $$"""{"userId":"{{user}}","mediaType":"{{mediaType}}","modelId":"{{model}}","parameters":{{parameters}} }""";

    static TestCaseData Row(string name, string body, string code, params string[] details) => new TestCaseData(body, code, details).SetArgDisplayNames(name);
}
