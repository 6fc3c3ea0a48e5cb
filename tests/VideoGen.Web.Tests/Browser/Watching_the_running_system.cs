using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Testing;

namespace VideoGen.Web.Tests.Browser;

/// <summary>The whole system, and a browser that looks at it as the operator's would.</summary>
[TestFixture]
public sealed partial class Watching_the_running_system
{
    static readonly Dictionary<string, string> Settings = new() { ["Resources__providers__Environment__Connectors__Simulator__Preset"] = "ultrafast" };

    RunningSystem _system = null!;
    HttpClient _customer = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _system = await RunningSystem.StartAsync(overrides: Settings);
        _customer = await SignUpAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _customer?.Dispose();
        if (_system is not null) await _system.DisposeAsync();
    }

    [Test]
    public async Task A_job_goes_from_waiting_to_a_playing_video_without_a_reload_beside_one_that_fails()
    {
        // The account's three places are taken by jobs that never end, so that the next one waits until the test makes room.
        var stuck = new List<Guid>();
        for (var i = 0; i < 3; i++) stuck.Add(await SubmitAsync("Stuck", new { stall_at_percent = 30 }));
        await using var window = await TheBrowser.OpenAsync(_system.Gateway);
        await window.WatchAsync();

        var id = await SubmitAsync("A lighthouse at dawn", new { delay_seconds = 2.5 });
        await window.Card(id, "PENDING").WaitForAsync();
        Assert.That(await window.Page.Locator("#jobs > .card").First.GetAttributeAsync("data-id"), Is.EqualTo(id.ToString()), "new jobs are at the top");

        await CancelAsync(stuck[0]);
        await window.Card(id, "RUNNING").WaitForAsync();
        await window.PictureAsync("running");
        await window.Card(stuck[0], "CANCELLED").WaitForAsync();
        await window.Card(id, "SUCCEEDED").WaitForAsync();

        var video = window.Card(id).Locator("video");
        await video.ClickAsync(new() { Position = new() { X = 120, Y = 60 } });
        var before = await PlayedAsync(video, 0);
        await CancelAsync(stuck[1]);
        var failing = await SubmitAsync("Refused", new { fail_with = "content_rejected", fail_at_percent = 40 });
        await window.Card(failing, "FAILED").WaitForAsync();
        await Assertions.Expect(window.Card(failing).Locator(".verdict")).Not.ToBeEmptyAsync();
        await PlayedAsync(video, before);
        await window.PictureAsync("playing");
        Assert.Multiple(async () =>
        {
            Assert.That(await window.IsFirstAsync(), "the page was never loaded anew");
            Assert.That(window.Faults, Is.Empty);
        });
        await Assertions.Expect(window.Card(id).Locator(".log")).ToContainTextAsync("Started on simulator");
    }

    [Test]
    public async Task What_happens_while_Web_is_away_is_there_when_it_is_back()
    {
        await using var window = await TheBrowser.OpenAsync(_system.Gateway);
        await window.WatchAsync("/AIStudio/video-monitor");
        var killed = _system.Kill("web");
        var id = await SubmitAsync("Made in the dark", new { instant = true });
        await _system.RestartedAsync("web", killed);
        await window.Card(id, "SUCCEEDED").WaitForAsync();
        await window.LiveAsync();
        Assert.That(await window.IsFirstAsync(), "the page was never loaded anew");
    }

    [Test]
    public async Task A_hostile_prompt_does_nothing()
    {
        await using var window = await TheBrowser.OpenAsync(_system.Gateway);
        await window.WatchAsync();
        const string Prompt = "<script>window.hacked=1</script><img src=x onerror=\"window.hacked=2\"> \"'</li><svg onload=alert(1)>";
        var id = await SubmitAsync(Prompt, new { instant = true });
        await Assertions.Expect(window.Card(id, "SUCCEEDED").Locator(".prompt")).ToHaveTextAsync(Prompt);
        await window.Page.ReloadAsync();
        await Assertions.Expect(window.Card(id).Locator(".prompt")).ToHaveTextAsync(Prompt);
        Assert.Multiple(async () =>
        {
            Assert.That(await window.Page.EvaluateAsync<bool>("() => window.hacked === undefined"));
            Assert.That(window.Faults, Is.Empty);
        });
    }

    /// <summary>Waits until the video has gone on for half a second beyond the given time, at its own pace, and tells where it is.</summary>
    static async Task<double> PlayedAsync(ILocator video, double from)
    {
        var at = from;
        await Eventually.ThatAsync(async () => (at = await video.EvaluateAsync<double>("video => video.currentTime")) >= from + 0.5, because: "the video plays on");
        Assert.That(await video.EvaluateAsync<bool>("video => !video.paused && video.error === null"), "it was neither stopped nor loaded anew");
        return at;
    }

    async Task<Guid> SubmitAsync(string prompt, object simulate)
    {
        using var answer = await _customer.PostAsJsonAsync("/v1/jobs", new { model = "veo3.1", input = new { prompt, duration_seconds = 8 }, simulate }, ApiJson.Options);
        Assert.That((int)answer.StatusCode, Is.EqualTo(202), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JobView>(ApiJson.Options))!.Id;
    }

    async Task CancelAsync(Guid id)
    {
        using var answer = await _customer.PostAsync($"/v1/jobs/{id}/cancel", content: null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A customer on the plan of new accounts, which runs three jobs at once; with a test key.</summary>
    async Task<HttpClient> SignUpAsync()
    {
        var client = new HttpClient { BaseAddress = _system.Gateway };
        var credentials = new { email = $"{Guid.NewGuid():n}@example.com", password = "correct horse battery staple" };
        using var opened = await client.PostAsJsonAsync("/v1/accounts", credentials);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await AskAsync("/v1/auth/token", credentials, "access_token"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await AskAsync("/v1/account/keys", new { name = "browser", test = true }, "secret"));
        return client;

        async Task<string> AskAsync(string path, object body, string member)
        {
            using var answer = await client.PostAsJsonAsync(path, body);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty(member).GetString()!;
        }
    }
}
