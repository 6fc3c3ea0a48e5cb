using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
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
