using System.Diagnostics;
using Microsoft.Playwright;
using VideoGen.Jobs.Contracts;
using VideoGen.Testing;
using VideoGen.Web.Monitor;

namespace VideoGen.Web.Tests.Browser;

/// <summary>A browser on the real pages in front of a scripted system: much, and for long.</summary>
[TestFixture]
public sealed class Keeping_a_page_open
{
    PagesApplication _pages = null!;
    Window _window = null!;

    [SetUp]
    public async Task Start()
    {
        _pages = await PagesApplication.StartAsync("Web:Monitor:Open=true", "Web:Monitor:Sweep=00:00:30");
        _window = await TheBrowser.OpenAsync(_pages.Address);
    }

    [TearDown]
    public async Task Stop()
    {
        await _window.DisposeAsync();
        await _pages.DisposeAsync();
    }

    [Test]
    public async Task Hundreds_of_jobs_come_and_change_at_once_and_the_page_stays_quick()
    {
        await _window.WatchAsync();
        var jobs = Enumerable.Range(0, 500).Select(_ => TestJobs.New(prompt: "One of many")).ToList();
        var clock = Stopwatch.StartNew();
        jobs.ForEach(Change);
        await Eventually.ThatAsync(async () => await _window.CountAsync() == 500);
        jobs = [.. jobs.Select(job => job.After(JobStatus.Running, 50))];
        jobs.ForEach(Change);
        await Eventually.ThatAsync(async () => await _window.Page.Locator("#jobs > [data-status=RUNNING]").CountAsync() == 500);
        var longest = await _window.Page.EvaluateAsync<double>(
            """
            () => new Promise(done => {
              let last = performance.now(), longest = 0, frames = 0;
              const tick = now => { longest = Math.max(longest, now - last); last = now; ++frames < 30 ? requestAnimationFrame(tick) : done(longest); };
              requestAnimationFrame(tick);
            })
            """);
        Assert.Multiple(() =>
        {
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)), "500 new cards and 500 changes");
            Assert.That(longest, Is.LessThan(500), "milliseconds between two pictures, with 500 running cards on the page");
            Assert.That(_window.Faults, Is.Empty);
        });
    }

    [Test]
    public async Task The_oldest_leave_a_page_that_grows_and_come_back_by_Show_more()
    {
        await _window.WatchAsync();
        for (var i = 0; i < 620; i++) Change(TestJobs.New(prompt: $"No {i}"));
        await Eventually.ThatAsync(async () => await _window.Page.Locator("#jobs > .card", new() { HasText = "No 619" }).CountAsync() == 1 && await _window.CountAsync() <= 600);
        await Assertions.Expect(_window.Page.Locator("#older")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Show_more_goes_back_page_by_page_to_the_first_job()
    {
        for (var i = 0; i < 60; i++) _pages.Backend.Put(TestJobs.New(id: Guid.CreateVersion7(TestJobs.Began.AddSeconds(i))));
        await _window.WatchAsync();
        Assert.That(await _window.CountAsync(), Is.EqualTo(24));
        foreach (var count in (int[])[48, 60])
        {
            await _window.Page.Locator("#older").ClickAsync();
            await Eventually.ThatAsync(async () => await _window.CountAsync() == count);
        }
        await Assertions.Expect(_window.Page.Locator("#more")).ToBeHiddenAsync();
        var ids = await _window.Page.Locator("#jobs > .card").EvaluateAllAsync<string[]>("cards => cards.map(card => card.dataset.id)");
        Assert.That(ids, Is.Ordered.Descending.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
        Assert.That(await _window.IsFirstAsync());
    }

    [Test]
    public async Task A_page_that_nobody_sees_has_no_line_and_shows_everything_when_it_is_seen_again()
    {
        var (gone, changed) = (TestJobs.New(prompt: "Deleted meanwhile"), TestJobs.New(prompt: "Changed meanwhile"));
        _pages.Backend.Put(gone);
        _pages.Backend.Put(changed);
        await _window.WatchAsync();
        await SeeAsync(isHidden: true);
        await Eventually.ThatAsync(() => _pages.Get<LiveStreams>().IsEmpty);

        _pages.Backend.Remove(gone.Job.Id);
        _pages.Backend.Put(changed.After(JobStatus.Completed, 100));
        var fresh = Enumerable.Range(0, 40).Select(_ => TestJobs.New()).ToList();
        fresh.ForEach(_pages.Backend.Put);
        await SeeAsync(isHidden: false);
        await _window.Card(changed.Job.Id, "SUCCEEDED").WaitForAsync();
        await Eventually.ThatAsync(async () => await _window.CountAsync() == 41);
        await Assertions.Expect(_window.Card(gone.Job.Id)).ToHaveCountAsync(0);
        Assert.That(await _window.IsFirstAsync());
        Assert.That(_pages.Get<LiveStreams>().Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_filtered_page_holds_what_has_that_status_now()
    {
        var job = TestJobs.New(JobStatus.Running, percent: 10);
        await _window.WatchAsync("/video-monitor?status=RUNNING");
        Change(job);
        Change(TestJobs.New(prompt: "still waiting"));
        await _window.Card(job.Job.Id).WaitForAsync();
        await Assertions.Expect(_window.Page.Locator(".empty")).ToBeHiddenAsync();
        Change(job.After(JobStatus.Failed, 10));
        await Assertions.Expect(_window.Card(job.Job.Id)).ToHaveCountAsync(0);
        Assert.That(await _window.CountAsync(), Is.Zero);
        await Assertions.Expect(_window.Page.Locator(".empty")).ToBeVisibleAsync();
    }

    [Test]
    public async Task A_card_is_changed_in_place()
    {
        var job = TestJobs.New(JobStatus.Running, percent: 10);
        _pages.Backend.Put(job);
        await _window.WatchAsync();
        await using var bar = await _window.Card(job.Job.Id).Locator("progress").ElementHandleAsync();
        await _window.Card(job.Job.Id).Locator(".log").FocusAsync();
        Change(job.After(JobStatus.Running, 60));
        await Assertions.Expect(_window.Card(job.Job.Id).Locator(".percent")).ToHaveTextAsync("60 %");
        Assert.Multiple(async () =>
        {
            Assert.That(await bar.EvaluateAsync<double>("bar => bar.isConnected ? bar.value : -1"), Is.EqualTo(60), "it is the same bar");
            Assert.That(await _window.Page.EvaluateAsync<string>("() => document.activeElement.className"), Is.EqualTo("log"), "the reader's place is kept");
        });
    }

    [Test]
    public async Task An_operator_signs_in_looks_and_signs_out()
    {
        await using var closed = await PagesApplication.StartAsync(_pages.Backend, time: null);
        await using var window = await TheBrowser.OpenAsync(closed.Address);
        await window.Page.GotoAsync("/AIStudio/video-monitor");
        await window.PictureAsync("sign-in");
        await window.Page.GetByLabel("API key").FillAsync(_pages.Backend.AddKey(isOperator: true));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.LiveAsync();
        Assert.That(new Uri(window.Page.Url).AbsolutePath, Is.EqualTo("/AIStudio/video-monitor"));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await window.Page.GetByLabel("API key").WaitForAsync();
        Assert.That(window.Faults, Is.Empty);
    }

    [Test]
    public async Task An_open_page_whose_key_is_revoked_leads_to_the_sign_in()
    {
        await using var closed = await PagesApplication.StartAsync(_pages.Backend, time: null, "Web:Monitor:Heartbeat=00:00:00.200");
        await using var window = await TheBrowser.OpenAsync(closed.Address);
        var key = _pages.Backend.AddKey(isOperator: true);
        await window.Page.GotoAsync("/web/sign-in?return=%2Fvideo-monitor");
        await window.Page.GetByLabel("API key").FillAsync(key);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.LiveAsync();
        _pages.Backend.Revoke(key);
        await window.Page.GetByLabel("API key").WaitForAsync();
        Assert.That(new Uri(window.Page.Url).AbsolutePath, Is.EqualTo("/web/sign-in"));
    }

    void Change(MonitoredJob job)
    {
        _pages.Backend.Put(job);
        _pages.Get<LiveBoard>().Note(job.Job.Id);
    }

    /// <summary>A browser without a window has no tabs to hide; the page is told as if it had.</summary>
    Task SeeAsync(bool isHidden) => _window.Page.EvaluateAsync(
        """
        hidden => {
          Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """, isHidden);
}
