using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Dialects;

/// <summary>From sign-in to the file on disk, as AI Studio's clients do it.</summary>
[TestFixture]
public sealed class Making_a_video_with_AI_Studio
{
    string _folder = "";

    [SetUp]
    public void Make_a_folder() => _folder = Directory.CreateTempSubdirectory("videogen-studio").FullName;

    [TearDown]
    public void Remove_it() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Takes_pictures_shows_its_progress_delivers_and_keeps_the_video_when_the_job_is_deleted()
    {
        using var customer = await TheSystem.NewCustomerAsync(credits: 120);
        using var studio = customer.Open(Door.AiStudio, customer.Token);
        var created = await CreateAsync(studio);
        var id = created["id"]!.GetValue<string>();
        Assert.Multiple(() =>
        {
            Assert.That(created["userId"]!.GetValue<string>(), Is.EqualTo(customer.AccountId.ToString()));
            Assert.That(created["status"]!.GetValue<string>(), Is.EqualTo("PENDING"));
            Assert.That(created["statusMessage"]!.GetValue<string>(), Is.EqualTo("Job queued for processing"));
            Assert.That(created["tokensConsumed"]!.GetValue<int>(), Is.EqualTo(50));
            Assert.That(created["durationSeconds"]!.GetValue<int>(), Is.EqualTo(4));
            Assert.That(created["cloudinaryUrl"], Is.Null);
        });

        await customer.CompletedAsync(Guid.Parse(id));
        var done = (await studio.GetFromJsonAsync<JsonNode>($"video-jobs/{id}"))!;
        var link = done["cloudinaryUrl"]!.GetValue<string>();
        Assert.Multiple(async () =>
        {
            Assert.That(done["status"]!.GetValue<string>(), Is.EqualTo("SUCCEEDED"));
            Assert.That(done["progressPercentage"]!.GetValue<int>(), Is.EqualTo(100));
            Assert.That(done["tokensConsumed"]!.GetValue<int>(), Is.EqualTo(50));
            Assert.That(done["generateAudio"]!.GetValue<bool>(), Is.True);
            Assert.That(Logs(done), Is.EqualTo(new[]
            {
                "📝 Job created", "🚀 Starting video generation", "☁️  Simulating video generation...", "☁️  Uploading the result to storage...",
                "🎬 Video generation completed successfully!",
            }));
            Assert.That(done["logs"]!.AsArray().Select(line => line!["timestamp"]!.GetValue<string>()), Is.Ordered);
            Assert.That((await customer.Native.AccountAsync()).Credits, Is.EqualTo(new Accounts.Contracts.CreditsView(70, 0, 0)));
        });

        var facts = await Media.ProbeAsync(await DownloadAsync(studio, id));
        Assert.That(facts, Is.EqualTo(new MediaFacts("h264", 1280, 720, facts.DurationSeconds, 96, true)));
        Assert.That(facts.DurationSeconds, Is.EqualTo(4).Within(0.1));

        using var deleted = await studio.DeleteAsync($"video-jobs/{id}");
        using var again = await studio.DeleteAsync($"video-jobs/{id}");
        var list = await studio.GetStringAsync("video-jobs");
        var assets = await customer.Native.GetAsync<JsonNode>("/v1/assets?origin=job");
        using var anonymous = new HttpClient();
        using var video = await anonymous.GetAsync(link, HttpCompletionOption.ResponseHeadersRead);
        Assert.Multiple(() =>
        {
            Assert.That((deleted.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NotFound)));
            Assert.That(list, Is.EqualTo("""{"jobs":[],"total":0}"""));
            Assert.That(assets["data"]!.AsArray(), Has.Count.EqualTo(1));
            Assert.That(video.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });
    }

    static async Task<JsonNode> CreateAsync(HttpClient studio)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("A lighthouse at dawn"), "prompt" },
            { new StringContent("veo-3.1-fast-generate-preview"), "model" },
            { new StringContent("720p"), "resolution" },
            { new StringContent("16:9"), "aspectRatio" },
            { new StringContent("4"), "durationSeconds" },
            { new StringContent("true"), "generateAudio" },
            { new StringContent("true"), "mockMode" },
            { TheSystem.Files.Part("picture.jpg"), "initialImage", "first.jpg" },
            { TheSystem.Files.Part("picture.png"), "endFrame", "last.png" },
            { TheSystem.Files.Part("picture.jpg"), "referenceImages", "one.jpg" },
            { TheSystem.Files.Part("picture.png"), "referenceImages", "two.png" },
        };
        using var answer = await studio.PostAsync("video-jobs", form);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), text);
        Assert.That(answer.Headers.Location!.ToString(), Is.EqualTo($"/ai-studio/api/v1/video-jobs/{JsonNode.Parse(text)!["id"]}"));
        return JsonNode.Parse(text)!;
    }

    async Task<string> DownloadAsync(HttpClient studio, string id)
    {
        using var redirect = await studio.GetAsync($"video-jobs/{id}/download");
        Assert.That(redirect.StatusCode, Is.EqualTo(HttpStatusCode.Found));
        var expires = long.Parse(redirect.Headers.Location!.Query.TrimStart('?').Split('&').Single(pair => pair.StartsWith("expires=", StringComparison.Ordinal))["expires=".Length..]);
        Assert.That(DateTimeOffset.FromUnixTimeSeconds(expires) - DateTimeOffset.UtcNow, Is.InRange(TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(76)));
        var path = Path.Combine(_folder, "video.mp4");
        using var anonymous = new HttpClient();
        await using var file = File.Create(path);
        await using var content = await anonymous.GetStreamAsync(redirect.Headers.Location);
        await content.CopyToAsync(file);
        return path;
    }

    static IEnumerable<string> Logs(JsonNode job) => job["logs"]!.AsArray().Select(line => line!["message"]!.GetValue<string>());
}
