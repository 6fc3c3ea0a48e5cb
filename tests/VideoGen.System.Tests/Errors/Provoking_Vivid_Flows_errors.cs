using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Errors;

/// <summary>Vivid Flow's error rows, each brought about in the running system by what brings it about in life.</summary>
[TestFixture]
public sealed class Provoking_Vivid_Flows_errors
{
    static readonly Dictionary<string, string> Good = new() { ["prompt"] = "A futuristic city at dusk", ["width"] = "256", ["height"] = "256", ["length"] = "9" };

    Customer _customer = null!;
    HttpClient _vivid = null!;

    [OneTimeSetUp]
    public async Task Sign_up()
    {
        _customer = await TheSystem.NewCustomerAsync();
        _vivid = _customer.Open(Door.VividFlow);
    }

    [OneTimeTearDown]
    public void Clear_away()
    {
        _vivid.Dispose();
        _customer.Dispose();
    }

    // Field, its value or nothing to leave it out, the image or nothing, the text.
    [TestCase("x", "", "", "No image file provided")]
    [TestCase("prompt", null, "picture.jpg", "No prompt provided")]
    [TestCase("prompt", "  ", "picture.jpg", "No prompt provided")]
    [TestCase("model", "sora", "picture.jpg", "Invalid model. Must be one of: veo3.1, wan2.1")]
    [TestCase("x", "", "not-a-picture.jpg", "Invalid image file. Must be a JPEG, PNG or WebP image.")]
    [TestCase("x", "", "clip.mp4", "Invalid image file. Must be a JPEG, PNG or WebP image.")]
    [TestCase("cfg", "20.5", "picture.jpg", "Invalid cfg: must be a number from 1.0 to 20.0")]
    [TestCase("width", "255", "picture.png", "Invalid width: must be a whole number from 256 to 1920, a multiple of 8")]
    [TestCase("length", "many", "picture.png", "Invalid length: must be a whole number from 1 to 257")]
    public async Task A_bad_request_is_400(string field, string? value, string image, string text)
    {
        using var answer = await _vivid.PostAsync("generate", Form(field, value, image));
        await AssertAsync(answer, HttpStatusCode.BadRequest, text);
    }

    [TestCase("history?page=0", "Invalid page: must be a whole number from 1 to 1000000")]
    [TestCase("history?per_page=101", "Invalid per_page: must be a whole number from 1 to 100")]
    public async Task A_bad_page_is_400(string path, string text)
    {
        using var answer = await _vivid.GetAsync(path);
        await AssertAsync(answer, HttpStatusCode.BadRequest, text);
    }

    [TestCase(null)]
    [TestCase("vg_live_00000000000000000000000000000000000000")]
    [TestCase("YOUR_API_KEY")]
    public async Task A_key_that_is_missing_or_wrong_is_401(string? key)
    {
        using var nobody = Door.VividFlow.Open(TheSystem.Gateway, key);
        foreach (var path in (string[])["usage", "history", $"status/{Guid.CreateVersion7()}"])
        {
            using var answer = await nobody.GetAsync(path);
            await AssertAsync(answer, HttpStatusCode.Unauthorized, "Your API key is missing or invalid.");
        }
        using var submit = await nobody.PostAsync("generate", Form("x", "", "picture.jpg"));
        await AssertAsync(submit, HttpStatusCode.Unauthorized, "Your API key is missing or invalid.");
    }

    [Test]
    public async Task Too_few_credits_are_402_and_cost_nothing()
    {
        using var customer = await TheSystem.NewCustomerAsync(credits: 1);
        using var vivid = customer.Open(Door.VividFlow);
        using var answer = await vivid.PostAsync("generate", Form("x", "", "picture.jpg"));
        await AssertAsync(answer, HttpStatusCode.PaymentRequired, "Insufficient credits");
        Assert.That((await customer.Native.AccountAsync()).Credits.Available, Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_without_the_scope_is_403()
    {
        using var vivid = _customer.Open(Door.VividFlow, (await _customer.NewKeyAsync("account:read")).Secret);
        using var answer = await vivid.GetAsync("history");
        await AssertAsync(answer, HttpStatusCode.Forbidden, "Your API key does not allow this.");
    }

    [Test]
    public async Task Somebody_elses_job_is_404_like_one_that_never_was()
    {
        using var stranger = await TheSystem.NewCustomerAsync();
        var job = await stranger.StallAsync();
        foreach (var id in (string[])[job.Id.ToString(), Guid.CreateVersion7().ToString(), "nonsense"])
        {
            using var answer = await _vivid.GetAsync($"status/{id}");
            await AssertAsync(answer, HttpStatusCode.NotFound, "Job not found");
        }
    }

    /// <summary>The free plan's 30 submits a minute, whether they are good or not.</summary>
    [Test]
    public async Task The_31st_submit_of_a_minute_is_429()
    {
        using var customer = await TheSystem.NewCustomerAsync(plan: "free");
        using var vivid = customer.Open(Door.VividFlow);
        for (var number = 0; number < 30; number++)
        {
            using var taken = await vivid.PostAsync("generate", Form("x", "", ""));
            Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        }
        using var refused = await vivid.PostAsync("generate", Form("x", "", ""));
        await AssertAsync(refused, HttpStatusCode.TooManyRequests, $"Rate limit exceeded. Try again in {refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds} seconds.");
    }

    /// <summary>The free plan's 3 running and 20 waiting jobs, filled to the last place.</summary>
    [Test]
    public async Task One_job_more_than_the_plan_lets_run_and_wait_is_429()
    {
        using var customer = await TheSystem.NewCustomerAsync(plan: "free");
        for (var number = 0; number < 22; number++) await customer.StallAsync();
        using var vivid = customer.Open(Door.VividFlow);
        using var last = await vivid.PostAsync("generate", Form("x", "", "picture.jpg"));
        Assert.That(last.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await last.Content.ReadAsStringAsync());
        using var refused = await vivid.PostAsync("generate", Form("x", "", "picture.jpg"));
        await AssertAsync(refused, HttpStatusCode.TooManyRequests, "Too many of your jobs are waiting. Try again when one has ended.");
    }

    [Test]
    public async Task What_the_route_does_not_take_is_405_413_or_415()
    {
        using var put = await _vivid.PutAsync("generate", Form("x", "", "picture.jpg"));
        await AssertAsync(put, HttpStatusCode.MethodNotAllowed, "Method not allowed");
        using var large = await _vivid.PostAsync("generate", Form("prompt", new string('p', 300 * 1024), "picture.jpg"));
        await AssertAsync(large, HttpStatusCode.RequestEntityTooLarge, "The request is too large");
        using var json = await _vivid.PostAsync("generate", new StringContent("{}", Encoding.UTF8, "application/json"));
        await AssertAsync(json, HttpStatusCode.UnsupportedMediaType, "Content-Type must be multipart/form-data");
    }

    [Test]
    public async Task A_key_that_was_used_with_another_request_is_422()
    {
        var key = Guid.NewGuid().ToString();
        foreach (var (prompt, status) in ((string, HttpStatusCode)[])[("one", HttpStatusCode.Accepted), ("one", HttpStatusCode.Accepted), ("two", HttpStatusCode.UnprocessableEntity)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "generate") { Content = Form("prompt", prompt, "picture.jpg"), Headers = { { "Idempotency-Key", key } } };
            using var answer = await _vivid.SendAsync(request);
            Assert.That(answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
        }
    }

    [Test]
    public async Task A_service_that_is_away_is_503()
    {
        using var known = await _vivid.GetAsync("usage"); // the key is in the gateway's cache
        using var cut = TheSystem.Shared.Cut("jobs");
        using var answer = await _vivid.GetAsync("history");
        await AssertAsync(answer, HttpStatusCode.ServiceUnavailable, "The service is not available at the moment. Try again later.");
    }

    static MultipartFormDataContent Form(string field, string? value, string image)
    {
        var fields = new Dictionary<string, string>(Good);
        if (value is null) fields.Remove(field);
        else fields[field] = value;
        var form = new MultipartFormDataContent();
        foreach (var (name, text) in fields) form.Add(new StringContent(text, Encoding.UTF8), name);
        if (image.Length > 0) form.Add(TheSystem.Files.Part(image), "image", image);
        return form;
    }

    static async Task AssertAsync(HttpResponseMessage answer, HttpStatusCode status, string text)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(status), body);
            Assert.That(JsonNode.DeepEquals(JsonNode.Parse(body), JsonNode.Parse(JsonSerializer.Serialize(new { error = text }))), Is.True, body);
        });
    }
}
