using System.Net;
using System.Net.Http.Json;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Faults;

/// <summary>
/// In the midst of requests the database, or the broker, is killed. Nobody is told of an error of ours: it passes, and everyone
/// is told so.
/// </summary>
[TestFixture]
public sealed class Losing_the_database
{
    const string Unknown = "0194d3a0-2222-7000-8000-000000000002";

    // What each API says before, and the heart of what it says to an outage.
    static readonly (Door Door, string Path, HttpStatusCode Before, string Body)[] Asks =
    [
        (Door.Native, "jobs", HttpStatusCode.OK, "\"code\":\"service_unavailable\""),
        (Door.Native, "account", HttpStatusCode.OK, "\"code\":\"service_unavailable\""),
        (Door.Native, "assets", HttpStatusCode.OK, "\"code\":\"service_unavailable\""),
        (Door.VividFlow, "history", HttpStatusCode.OK, """{"error":"The service is not available at the moment. Try again later."}"""),
        (Door.Vydra, $"jobs/{Unknown}", HttpStatusCode.NotFound, """{"error":"Service unavailable. Try again later."}"""),
        (Door.AiStudio, "video-jobs", HttpStatusCode.OK, """{"detail":"Service unavailable. Try again later."}"""),
        (Door.Vsl, $"status/{Unknown}", HttpStatusCode.NotFound, "\"code\":\"SERVICE_UNAVAILABLE\""),
        (Door.Visualizr, $"api/v1/generate/status/{Unknown}", HttpStatusCode.NotFound, "\"code\":\"SERVICE_UNAVAILABLE\""),
    ];

    static readonly (Door Door, string Path, object Body)[] Submits =
    [
        (Door.Native, "jobs", new { model = "elevenlabs-tts", input = new { text = "Hello" } }),
        (Door.Vydra, "models/veo3", new { prompt = "a cat" }),
        (Door.Vsl, "generate-media", new { userId = "user123", mediaType = "image", modelId = "sdxl", parameters = new { prompt = "a" } }),
    ];

    [Test]
    public async Task Is_503_in_every_API_s_words_never_500_and_over_when_it_is_back()
    {
        var system = await TheSystemToHurt.GetAsync();
        var clients = Asks.Select(ask => (Ask: ask, Http: ask.Door.Open(system.Gateway, system.ApiKey))).ToList();
        // Now the key is in the gateway's cache: who is calling can be told without the database.
        foreach (var (ask, http) in clients) Assert.That(await StatusAsync(http, ask.Path), Is.EqualTo(ask.Before), ask.Door.Name);
        var restart = system.KillAsync("postgres");
        await Task.WhenAll(clients.Select(client => OutageAsync(client.Http, client.Ask, restart)));
        await restart;
        foreach (var (_, http) in clients) http.Dispose();
    }

    [TestCase("postgres")]
    [TestCase("rabbitmq")]
    public async Task Submits_are_answered_within_ten_seconds_and_never_with_500(string victim)
    {
        var system = await TheSystemToHurt.GetAsync();
        var restart = system.KillAsync(victim);
        var answers = await Task.WhenAll(Submits.Select(async submit =>
        {
            using var http = submit.Door.Open(system.Gateway, system.ApiKey);
            var all = new List<(string Door, int Status, TimeSpan Took, bool SaysWhen)>();
            do
            {
                var since = TimeProvider.System.GetTimestamp();
                using var answer = await http.PostAsJsonAsync(submit.Path, submit.Body);
                var took = TimeProvider.System.GetElapsedTime(since);
                all.Add((submit.Door.Name, (int)answer.StatusCode, took, answer.Headers.RetryAfter is not null));
            }
            while (!restart.IsCompleted);
            return all;
        }));
        await restart;
        var told = answers.SelectMany(one => one).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(told.Where(one => one.Took > TimeSpan.FromSeconds(10)), Is.Empty);
            Assert.That(told.Select(one => one.Status).Distinct(), Is.SubsetOf(new[] { 202, 429, 503 }));
            Assert.That(told.Where(one => one.Status == 503 && !one.SaysWhen), Is.Empty);
        });
    }

    static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>Asks until it is as before; the outage is seen meanwhile, and nothing else.</summary>
    static async Task OutageAsync(HttpClient http, (Door Door, string Path, HttpStatusCode Before, string Body) ask, Task restart)
    {
        var (door, path) = (ask.Door.Name, ask.Path);
        var outages = 0;
        await TheSystem.UntilAsync(async () =>
        {
            using var answer = await http.GetAsync(path);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == ask.Before) return restart.IsCompleted ? text : null;
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable), $"{door} {path}: {text}");
            Assert.That(answer.Headers.RetryAfter, Is.Not.Null, door);
            Assert.That(text, Does.Contain(ask.Body), door);
            Assert.That(text.Contains("urn:videogen", StringComparison.Ordinal), Is.EqualTo(door == Door.Native.Name), door);
            outages++;
            return null;
        }, TimeSpan.FromSeconds(60));
        Assert.That(outages, Is.Positive, $"{door} {path} has seen the outage");
    }
}
