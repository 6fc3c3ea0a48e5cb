using System.Net;
using System.Text.RegularExpressions;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Tests.Monitor;

[TestFixture]
public sealed partial class Reading_the_page
{
    const string Hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover=\"alert(3)' </li></template>\u202e\r\nevent: bye\n\ndata: x &amp; {{7*7}}";

    PagesApplication _pages = null!;
    HttpClient _browser = null!;

    [SetUp]
    public async Task Start()
    {
        _pages = await PagesApplication.StartAsync("Web:Monitor:Open=true");
        _browser = _pages.NewBrowser();
    }

    [TearDown]
    public async Task Stop()
    {
        _browser.Dispose();
        await _pages.DisposeAsync();
    }

    [TestCase(JobStatus.Queued, "PENDING")]
    [TestCase(JobStatus.Starting, "RUNNING")]
    [TestCase(JobStatus.Running, "RUNNING")]
    [TestCase(JobStatus.Storing, "RUNNING")]
    [TestCase(JobStatus.Cancelling, "RUNNING")]
    [TestCase(JobStatus.Completed, "SUCCEEDED")]
    [TestCase(JobStatus.Failed, "FAILED")]
    [TestCase(JobStatus.Cancelled, "CANCELLED")]
    public async Task Every_state_has_AI_Studios_word(string status, string word)
    {
        _pages.Backend.Put(TestJobs.New(status, percent: 45));
        var page = await _browser.GetStringAsync("/video-monitor");
        Assert.That(page, Does.Contain($"data-status=\"{word}\"").And.Contain($"<span class=\"badge\">{word}</span>"));
    }

    [Test]
    public async Task A_hostile_prompt_is_nothing_but_text()
    {
        var error = new JobError("content_rejected", Hostile, Retryable: false, CreditsReturned: true);
        var change = new JobChange("job.progressed", TestJobs.Began.AddSeconds(5), new JobProgress(5, "frame_generation", Hostile));
        _pages.Backend.Put(TestJobs.New(JobStatus.Failed, Hostile, error: error, changes: change));
        var page = await _browser.GetStringAsync("/video-monitor");
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Not.Contain("<script>alert").And.Not.Contain("<img src=x").And.Not.Contain("\" onmouseover"));
            Assert.That(WebUtility.HtmlDecode(page), Does.Contain(Hostile.Trim()), "and it is all there");
            Assert.That(Scripts().Matches(page).Select(script => script.Groups[1].Value), Is.All.StartsWith("/web/files/"));
            Assert.That(page, Does.Not.Contain("<style").And.Not.Contain(" style=").And.Not.Match(" on[a-z]+=\""));
        });
    }

    [Test]
    public async Task No_script_or_style_but_our_files_would_run()
    {
        using var answer = await _browser.GetAsync("/video-monitor");
        Assert.Multiple(() =>
        {
            Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Is.EqualTo(
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' http://gateway.example; media-src 'self' http://gateway.example; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
            Assert.That(answer.Headers.CacheControl?.NoStore, Is.True);
            Assert.That(answer.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
        });
    }

    [Test]
    public async Task A_result_is_shown_as_what_it_is()
    {
        _pages.Backend.Put(TestJobs.New(JobStatus.Completed));
        _pages.Backend.Put(TestJobs.New(JobStatus.Completed, kind: "image", output: TestJobs.Video("image")));
        _pages.Backend.Put(TestJobs.New(JobStatus.Completed, kind: "audio", output: TestJobs.Video("audio")));
        _pages.Backend.Put(TestJobs.New(JobStatus.Completed, kind: "text", output: new JobOutput([], "What was <said>")));
        var page = await _browser.GetStringAsync("/video-monitor");
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Match("<video controls [^>]*preload=\"none\" src=\"/video-monitor/jobs/[0-9a-f-]{36}/media/0\" data-poster=\"http://gateway.example/v1/assets/1/thumbnail"));
            Assert.That(page, Does.Match("<img src=\"http://gateway.example/v1/assets/1/thumbnail[^>]* loading=\"lazy\""));
            Assert.That(page, Does.Match("<audio controls preload=\"none\" src=\"/video-monitor/jobs/[0-9a-f-]{36}/media/0\""));
            Assert.That(page, Does.Contain("What was &lt;said&gt;"));
            Assert.That(page, Does.Contain("1280 &#xD7; 720 &#xB7; 8 s &#xB7; 2.5 MB"));
        });
    }

    [Test]
    public async Task A_file_is_reached_by_a_link_signed_at_that_moment()
    {
        var job = TestJobs.New(JobStatus.Completed);
        _pages.Backend.Put(job);
        using var there = await _browser.GetAsync($"/video-monitor/jobs/{job.Job.Id}/media/0");
        using var beyond = await _browser.GetAsync($"/video-monitor/jobs/{job.Job.Id}/media/1");
        using var nobodys = await _browser.GetAsync($"/video-monitor/jobs/{Guid.CreateVersion7()}/media/0");
        Assert.Multiple(() =>
        {
            Assert.That((there.StatusCode, there.Headers.Location?.ToString()), Is.EqualTo((HttpStatusCode.Redirect, job.Job.Output!.Assets[0].Url)));
            Assert.That((beyond.StatusCode, nobodys.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
        });
    }

    [TestCase("", "")]
    [TestCase("PENDING", "queued")]
    [TestCase("running", "starting,running,storing,cancelling")]
    [TestCase("SUCCEEDED", "completed")]
    [TestCase("FAILED", "failed")]
    [TestCase("CANCELLED", "cancelled")]
    [TestCase("<script>", "")]
    public async Task The_filter_asks_for_native_states(string word, string states)
    {
        await _browser.GetStringAsync("/video-monitor?status=" + Uri.EscapeDataString(word));
        Assert.That(_pages.Backend.Asked, Has.Some.StartsWith($"GET /internal/monitor/jobs?status={states}&"));
    }

    [Test]
    public async Task Newest_come_first_and_the_rest_page_by_page()
    {
        for (var i = 0; i < 60; i++) _pages.Backend.Put(TestJobs.New(id: Guid.CreateVersion7(TestJobs.Began.AddSeconds(i))));
        var seen = new List<string>();
        var (part, address) = (await _browser.GetStringAsync("/video-monitor"), "");
        while (true)
        {
            var ids = Ids(part);
            Assert.That(ids, Has.Count.LessThanOrEqualTo(24));
            seen.AddRange(ids);
            if (address.Length > 0 && part.Contains("data-more=\"false\"", StringComparison.Ordinal)) break;
            address = $"/video-monitor/jobs?status=&before={ids[^1]}";
            part = await _browser.GetStringAsync(address);
        }
        Assert.That(seen, Has.Count.EqualTo(60).And.Ordered.Descending.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
    }

    [Test]
    public async Task Who_comes_back_gets_everything_from_the_oldest_card_shown()
    {
        var jobs = Enumerable.Range(0, 40).Select(i => TestJobs.New(id: Guid.CreateVersion7(TestJobs.Began.AddSeconds(i)))).ToList();
        jobs.ForEach(_pages.Backend.Put);
        _pages.Backend.Tallies = new JobTallies(1234, 5, 6, 7);
        var part = await _browser.GetStringAsync($"/video-monitor/jobs?status=&from={jobs[2].Job.Id}");
        Assert.Multiple(() =>
        {
            Assert.That(Ids(part), Has.Count.EqualTo(38), "more than one page, and not the two that it does not show");
            Assert.That(part, Does.Not.Contain("data-more"));
            Assert.That(part, Does.Contain("<dl id=\"tallies\" hx-swap-oob=\"innerHTML\">").And.Contain(">1,234<"));
        });
    }

    [Test]
    public async Task Without_jobs_the_page_says_what_will_happen() =>
        Assert.That(await _browser.GetStringAsync("/video-monitor"), Does.Contain("No job yet").And.Contain("id=\"more\" hidden"));

    [Test]
    public async Task While_Jobs_is_away_the_page_says_so()
    {
        _pages.Backend.IsAway = true;
        using var answer = await _browser.GetAsync("/video-monitor");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("reload the page soon").And.Contain("<title>"));
    }

    [Test]
    public async Task AI_Studios_address_has_parts_of_its_own() =>
        Assert.That(await _browser.GetStringAsync("/AIStudio/video-monitor"), Does.Contain("sse-connect=\"/AIStudio/video-monitor/live\"").And.Contain("hx-get=\"/AIStudio/video-monitor/jobs?status=\""));

    static List<string> Ids(string part) => [.. Card().Matches(part).Select(card => card.Groups[1].Value)];

    [GeneratedRegex("<script src=\"([^\"]*)\"")]
    private static partial Regex Scripts();

    [GeneratedRegex("data-id=\"([0-9a-f-]{36})\"")]
    private static partial Regex Card();
}
