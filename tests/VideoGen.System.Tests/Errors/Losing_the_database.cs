using System.Net;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Errors;

/// <summary>A fault of our own in the midst of a request: the database is killed, and for a moment nobody can work.</summary>
[TestFixture]
public sealed class Losing_the_database
{
    const string Unknown = "0194d3a0-2222-7000-8000-000000000002";

    // What each API says before, and the heart of what it says to a fault.
    static readonly (Door Door, string Path, HttpStatusCode Before, string Body)[] Asks =
    [
        (Door.VividFlow, "history", HttpStatusCode.OK, """{"error":"An unexpected error occurred on our end."}"""),
        (Door.Vydra, $"jobs/{Unknown}", HttpStatusCode.NotFound, """{"error":"Internal server error"}"""),
        (Door.AiStudio, "video-jobs", HttpStatusCode.OK, """{"detail":"Internal server error"}"""),
        (Door.Vsl, $"status/{Unknown}", HttpStatusCode.NotFound, "\"code\":\"INTERNAL_ERROR\""),
        (Door.Visualizr, $"api/v1/generate/status/{Unknown}", HttpStatusCode.NotFound, "\"code\":\"INTERNAL_ERROR\""),
    ];

    [Test]
    public async Task Is_500_in_every_API_s_words_and_over_when_it_is_back()
    {
        var system = await TheSystem.ToHurtAsync();
        var clients = Asks.Select(ask => (Ask: ask, Http: ask.Door.Open(system.Gateway, system.ApiKey))).ToList();
        // Now the key is in the gateway's cache: who is calling can be told without the database.
        foreach (var (ask, http) in clients) Assert.That(await StatusAsync(http, ask.Path), Is.EqualTo(ask.Before), ask.Door.Name);
        var restart = system.KillAsync("postgres");
        var faults = await Task.WhenAll(clients.Select(client => FaultAsync(client.Http, client.Ask.Path)));
        foreach (var (ask, body) in Asks.Zip(faults)) Assert.That(body, Does.Contain(ask.Body).And.Not.Contain("urn:videogen"), ask.Door.Name);
        await restart;
        foreach (var (ask, http) in clients)
        {
            await TheSystem.UntilAsync(async () => await StatusAsync(http, ask.Path) == ask.Before ? ask.Path : null, TimeSpan.FromSeconds(60));
            http.Dispose();
        }
    }

    static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>The body of the first 500.</summary>
    static Task<string> FaultAsync(HttpClient http, string path) => TheSystem.UntilAsync(async () =>
    {
        using var answer = await http.GetAsync(path);
        return answer.StatusCode == HttpStatusCode.InternalServerError ? await answer.Content.ReadAsStringAsync() : null;
    }, TimeSpan.FromSeconds(30));
}
