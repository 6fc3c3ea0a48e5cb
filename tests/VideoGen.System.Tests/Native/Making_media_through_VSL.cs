using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Native;

/// <summary>Every model of the document, from the submit to the file.</summary>
[TestFixture]
public sealed class Making_media_through_VSL
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

    [TestCase("image", "flux-schnell", """{"prompt":"A futuristic cityscape at sunset","width":256,"height":320,"num_outputs":2}""", 0.006, "width,height,outputs")]
    [TestCase("image", "sdxl", """{"prompt":"A detailed description","negative_prompt":"blur","width":256,"height":256}""", 0.01, "width,height")]
    [TestCase("video", "stability-video", """{"image":"PICTURE","motion_bucket_id":127,"fps":24,"num_frames":25}""", 0.05, "width,height,duration,fps")]
    [TestCase("audio", "musicgen", """{"prompt":"Epic orchestral music with drums","duration":3}""", 0.02, "duration")]
    public async Task Answers_in_the_documents_shape(string mediaType, string model, string parameters, double cost, string facts)
    {
        var sent = parameters.Replace("PICTURE", TheSystem.Files.UrlOf("picture.jpg"), StringComparison.Ordinal);
        using var answer = await _vsl.PostAsJsonAsync("generate-media", new { userId = "user123", mediaType, modelId = model, parameters = JsonElement.Parse(sent) });
        var accepted = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That((int)answer.StatusCode, Is.EqualTo(202), accepted.ToString());
        var id = accepted.GetProperty("jobId").GetGuid();
        Assert.Multiple(() =>
        {
            Assert.That(accepted.GetProperty("status").GetString(), Is.EqualTo("pending"));
            Assert.That(accepted.GetProperty("estimatedTime").GetInt32(), Is.GreaterThan(0));
            Assert.That(accepted.GetProperty("estimatedCost").GetDouble(), Is.EqualTo(cost));
            Assert.That(accepted.GetProperty("message").GetString(), Is.EqualTo("Media generation started"));
            Assert.That(answer.Headers.Location!.ToString(), Is.EqualTo($"/vsl/status/{id}"));
        });

        var job = await _customer.CompletedAsync(id);
        using var read = await _vsl.GetAsync($"status/{id}");
        var status = await read.Content.ReadFromJsonAsync<JsonElement>();
        var result = status.GetProperty("result");
        using var anonymous = new HttpClient();
        var file = await anonymous.GetByteArrayAsync(result.GetProperty("originalUrl").GetString());
        Assert.Multiple(() =>
        {
            Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("completed"));
            Assert.That((status.GetProperty("mediaType").GetString(), status.GetProperty("modelId").GetString(), status.GetProperty("userId").GetString()), Is.EqualTo((mediaType, model, "user123")));
            Assert.That(status.GetProperty("processingTime").GetInt64(),
                Is.EqualTo((status.GetProperty("completedAt").GetDateTimeOffset() - status.GetProperty("createdAt").GetDateTimeOffset()).TotalSeconds));
            Assert.That(result.GetProperty("fileSize").GetInt64(), Is.EqualTo(file.LongLength));
            Assert.That(result.GetProperty("s3Path").GetString(), Is.EqualTo($"{mediaType}s/user123/{job.CreatedAt.UtcDateTime:yyyy/MM/dd}/{id}"));
            Assert.That(result.EnumerateObject().Select(member => member.Name).Except(["originalUrl", "thumbnailUrl", "s3Path", "fileSize"]), Is.EquivalentTo(facts.Split(',')));
            Assert.That(read.Headers.GetValues("X-RateLimit-Limit"), Is.EqualTo((string[])["100"]), "the user's, for the job has one");
        });
    }
}
