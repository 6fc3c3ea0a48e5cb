using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Errors;

/// <summary>Vydra's error rows, each brought about in the running system by what brings it about in life.</summary>
[TestFixture]
public sealed class Provoking_Vydras_errors
{
    static readonly object Prompt = new { prompt = "A serene lake at sunset" };

    [Test]
    public async Task A_wrong_key_is_401()
    {
        using var vydra = Door.Vydra.Open(TheSystem.Gateway, "vg_live_00000000000000000000000000000000000000");
        using var answer = await vydra.GetAsync("organization");
        await AssertAsync(answer, HttpStatusCode.Unauthorized, """{"error":"Invalid API key"}""");
    }

    [Test]
    public async Task Somebody_elses_job_is_404()
    {
        using var owner = await TheSystem.NewCustomerAsync();
        using var stranger = await TheSystem.NewCustomerAsync();
        var job = await owner.Tests.SubmitAsync(new { model = "veo3", input = Prompt, simulate = new { stall_at_percent = 10 } });
        using var vydra = stranger.Open(Door.Vydra);
        using var answer = await vydra.GetAsync($"jobs/job_{job.Id}");
        await AssertAsync(answer, HttpStatusCode.NotFound, """{"error":"Job not found"}""");
    }

    [Test]
    public async Task Too_few_credits_are_402()
    {
        using var customer = await TheSystem.NewCustomerAsync(credits: 150);
        using var vydra = customer.Open(Door.Vydra);
        using var answer = await vydra.PostAsJsonAsync("models/veo3", Prompt);
        await AssertAsync(answer, HttpStatusCode.PaymentRequired, """{"error":"Insufficient credits","creditsRequired":175,"creditsRemaining":150}""");
    }

    [Test]
    public async Task A_service_that_is_away_is_503()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var vydra = customer.Open(Door.Vydra);
        using var known = await vydra.GetAsync("organization"); // the key is in the gateway's cache
        using var cut = TheSystem.Shared.Cut("jobs");
        using var answer = await vydra.GetAsync($"jobs/job_{Guid.CreateVersion7()}");
        Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        await AssertAsync(answer, HttpStatusCode.ServiceUnavailable, """{"error":"Service unavailable. Try again later."}""");
    }

    [Test]
    public async Task A_vendor_that_fails_is_told_in_the_job()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var vydra = customer.Open(Door.Vydra);
        JsonElement job;
        using (TheSystem.Shared.Vendor.Break())
        {
            using var accepted = await vydra.PostAsJsonAsync("models/veo3", Prompt);
            var id = (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("jobId").GetString()!;
            await customer.Native.WaitForEndAsync(Guid.Parse(id["job_".Length..]), TimeSpan.FromSeconds(60));
            job = await vydra.GetFromJsonAsync<JsonElement>($"jobs/{id}");
        }
        Assert.Multiple(() =>
        {
            Assert.That(job.GetProperty("status").GetString(), Is.EqualTo("failed"));
            Assert.That(job.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("PROVIDER_ERROR"));
            Assert.That(job.GetProperty("creditsRefunded").GetInt64(), Is.EqualTo(175));
        });
    }

    [TestCase("veo3", "{}", "Missing required field: prompt (string)")]
    [TestCase("veo3", """{"prompt":7}""", "Invalid field: prompt (must be a text of 1 to 4000 characters)")]
    [TestCase("veo3", """{"prompt":"x","nonsense":1}""", "Invalid field: nonsense (is not an input of this model; allowed: prompt, aspect_ratio)")]
    [TestCase("asmr-generator", "{}", "Missing required field: theme or customPrompt (string)")]
    [TestCase("veo3", "{", "The body is not valid JSON (line 1, byte 1).")]
    [TestCase("veo3", "[]", "body must be a JSON object.")]
    public async Task A_bad_request_is_400(string model, string body, string error)
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var vydra = customer.Open(Door.Vydra);
        using var answer = await vydra.PostAsync($"models/{model}", Provoking.Json(body));
        await AssertAsync(answer, HttpStatusCode.BadRequest, JsonSerializer.Serialize(new { error }));
    }

    [Test]
    public async Task A_file_that_is_no_picture_is_400()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var vydra = customer.Open(Door.Vydra);
        using var answer = await vydra.PostAsJsonAsync("models/kling-motion-control",
            new { image_url = TheSystem.Files.UrlOf("not-a-picture.jpg"), video_url = TheSystem.Files.UrlOf("clip.mp4") });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString(), Does.StartWith("Invalid field: image_url ("));
    }

    [Test]
    public async Task What_is_not_there_is_404_another_method_405_and_another_content_type_415()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var vydra = customer.Open(Door.Vydra);
        using var model = await vydra.PostAsJsonAsync("models/nothing", Prompt);
        using var job = await vydra.GetAsync("jobs/job_abc");
        using var route = await vydra.GetAsync("no/such/route");
        using var method = await vydra.PutAsJsonAsync("models/veo3", Prompt);
        using var type = await vydra.PostAsync("models/veo3", new StringContent("prompt=x"));
        using var large = await vydra.PostAsync("models/veo3", Provoking.TooLarge());
        await AssertAsync(model, HttpStatusCode.NotFound, """{"error":"Model not found"}""");
        await AssertAsync(job, HttpStatusCode.NotFound, """{"error":"Job not found"}""");
        await AssertAsync(route, HttpStatusCode.NotFound, """{"error":"Not found"}""");
        await AssertAsync(method, HttpStatusCode.MethodNotAllowed, """{"error":"Method not allowed"}""");
        await AssertAsync(type, HttpStatusCode.UnsupportedMediaType, """{"error":"Content-Type must be application/json"}""");
        await AssertAsync(large, HttpStatusCode.RequestEntityTooLarge, """{"error":"Request body too large"}""");
    }

    [Test]
    public async Task A_job_that_has_ended_can_not_be_cancelled_409()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var completed = await customer.Tests.SubmitAsync(new { model = "veo3", input = Prompt, simulate = new { instant = true } });
        var failed = await customer.Tests.SubmitAsync(new { model = "veo3", input = Prompt, simulate = new { fail_with = "provider_failed" } });
        await customer.CompletedAsync(completed.Id);
        await customer.FailedAsync(failed.Id);
        using var vydra = customer.Open(Door.Vydra, customer.TestKey);
        using var first = await vydra.DeleteAsync($"jobs/job_{completed.Id}");
        using var second = await vydra.DeleteAsync($"jobs/job_{failed.Id}");
        await AssertAsync(first, HttpStatusCode.Conflict, """{"error":"Job already completed"}""");
        await AssertAsync(second, HttpStatusCode.Conflict, """{"error":"Job already failed"}""");
    }

    [Test]
    public async Task An_idempotency_key_in_use_is_409_and_one_of_another_request_422()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var vydra = customer.Open(Door.Vydra);
        var ask = new { image_url = TheSystem.Files.UrlOf("picture.jpg"), video_url = TheSystem.Files.UrlOf("clip.mp4") };
        var (first, second) = await Provoking.TwiceAtOnceAsync(vydra, "models/kling-motion-control", ask);
        using (first)
        using (second)
        using (var other = await Provoking.PostAsync(vydra, "models/veo3", Prompt, "at-once"))
        {
            await AssertAsync(second, HttpStatusCode.Conflict, """{"error":"A request with this Idempotency-Key is still running"}""");
            Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await first.Content.ReadAsStringAsync());
            await AssertAsync(other, HttpStatusCode.UnprocessableEntity, """{"error":"This Idempotency-Key was used with another request"}""");
        }
    }

    [Test]
    public async Task The_eleventh_submit_within_a_minute_is_429()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var vydra = customer.Open(Door.Vydra);
        // Without a prompt nothing is made; they count.
        var statuses = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var answer = await vydra.PostAsync("models/veo3", Provoking.Json("{}"));
            return answer.StatusCode;
        }));
        using var refused = await vydra.PostAsJsonAsync("models/veo3", Prompt);
        var seconds = (int)refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
        Assert.That((statuses.Distinct().Single(), seconds), Is.EqualTo((HttpStatusCode.BadRequest, seconds)));
        Assert.That(seconds, Is.InRange(30, 61));
        await AssertAsync(refused, HttpStatusCode.TooManyRequests, $$"""{"error":"Rate limit exceeded. Try again in {{seconds}} seconds."}""");
    }

    [Test]
    public async Task A_full_queue_is_429()
    {
        using var free = await TheSystem.NewCustomerAsync(plan: "free");
        await Provoking.FillQueueAsync(free);
        using var vydra = free.Open(Door.Vydra);
        using var answer = await vydra.PostAsJsonAsync("models/veo3", Prompt);
        await AssertAsync(answer, HttpStatusCode.TooManyRequests, """{"error":"Too many jobs are waiting. Try again when one has ended."}""");
    }

    [Test]
    public async Task Submits_that_nobody_can_count_are_503()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        using var vydra = customer.Open(Door.Vydra);
        using var known = await vydra.GetAsync("organization"); // the key is in the gateway's cache
        using var cut = TheSystem.Shared.Cut("accounts");
        using var answer = await vydra.PostAsJsonAsync("models/veo3", Prompt);
        await AssertAsync(answer, HttpStatusCode.ServiceUnavailable, """{"error":"Service unavailable. Try again later."}""");
    }

    [Test]
    public async Task Content_that_the_vendor_refuses_is_told_in_the_job()
    {
        using var customer = await TheSystem.NewCustomerAsync();
        var refused = await customer.Tests.SubmitAsync(new { model = "veo3", input = Prompt, simulate = new { fail_with = "content_rejected" } });
        await customer.FailedAsync(refused.Id);
        using var vydra = customer.Open(Door.Vydra, customer.TestKey);
        var job = await vydra.GetFromJsonAsync<JsonElement>($"jobs/job_{refused.Id}");
        Assert.That((job.GetProperty("status").GetString(), job.GetProperty("refundStatus").GetString(), job.GetProperty("error").GetRawText()),
            Is.EqualTo(("failed", "refunded", """{"message":"Content moderation failed","code":"CONTENT_VIOLATION"}""")));
    }

    static Task AssertAsync(HttpResponseMessage answer, HttpStatusCode status, string body) => Provoking.AssertAsync(answer, (int)status, body);
}
