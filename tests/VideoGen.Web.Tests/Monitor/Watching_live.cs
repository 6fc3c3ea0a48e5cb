using System.Net.Sockets;
using System.Text;
using VideoGen.Jobs.Contracts;
using VideoGen.Testing;
using VideoGen.Web.Monitor;

namespace VideoGen.Web.Tests.Monitor;

[TestFixture]
public sealed class Watching_live
{
    PagesApplication _pages = null!;
    HttpClient _browser = null!;

    [SetUp]
    public async Task Start()
    {
        _pages = await PagesApplication.StartAsync("Web:Monitor:Open=true", "Web:Monitor:Sweep=00:01:00");
        _browser = _pages.NewBrowser();
    }

    [TearDown]
    public async Task Stop()
    {
        _browser.Dispose();
        await _pages.DisposeAsync();
    }

    [Test]
    public async Task Every_line_begins_with_the_word_to_read_anew_so_that_no_absence_loses_anything()
    {
        await using var line = await LiveLine.OpenAsync(_browser);
        await line.NextAsync("resync");
        Assert.That(line.Came[0].Event, Is.EqualTo("resync"));
    }

    [Test]
    public async Task A_change_comes_as_a_card_in_its_present_state()
    {
        var job = TestJobs.New();
        await using var line = await LiveLine.OpenAsync(_browser);
        Change(job);
        await line.NextAsync("cards", "PENDING");
        Change(job.After(JobStatus.Running, 45));
        var card = await line.NextAsync("cards", "RUNNING");
        Assert.That(card, Does.Contain($"id=\"job-{job.Job.Id}\"").And.Contain("data-version=\"2\"").And.Contain("value=\"45\""));
    }

    [Test]
    public async Task Many_messages_of_one_change_are_one_card()
    {
        var job = TestJobs.New();
        await using var line = await LiveLine.OpenAsync(_browser);
        for (var i = 0; i < 50; i++) Change(job);
        await line.NextAsync("cards");
        var last = TestJobs.New(prompt: "the last");
        Change(last);
        await line.NextAsync("cards", "the last");
        var cards = line.Came.Where(one => one.Event == "cards").Sum(one => one.Content.Split("<li class=\"card").Length - 1);
        Assert.That(cards, Is.EqualTo(2));
    }

    [Test]
    public async Task The_counters_come_when_they_change()
    {
        await using var line = await LiveLine.OpenAsync(_browser);
        _pages.Backend.Tallies = new JobTallies(17, 0, 0, 0);
        Change(TestJobs.New());
        Assert.That(await line.NextAsync("tallies", ">17<"), Does.Contain("data-tally=\"queued\""));
    }

    [Test]
    public async Task What_no_message_told_of_comes_with_the_next_sweep()
    {
        await using var pages = await PagesApplication.StartAsync("Web:Monitor:Open=true", "Web:Monitor:Sweep=00:00:00.200");
        using var browser = pages.NewBrowser();
        await using var line = await LiveLine.OpenAsync(browser);
        pages.Backend.Put(TestJobs.New(prompt: "told by nobody"));
        Assert.That(await line.NextAsync("cards"), Does.Contain("told by nobody"));
    }

    [Test]
    public async Task While_Jobs_is_away_a_change_waits()
    {
        await using var line = await LiveLine.OpenAsync(_browser);
        await line.NextAsync("tallies");
        _pages.Backend.IsAway = true;
        Change(TestJobs.New(prompt: "kept"));
        await Eventually.ThatAsync(() => _pages.Backend.Asked.Any(one => one.Contains("ids=", StringComparison.Ordinal)));
        _pages.Backend.IsAway = false;
        await line.NextAsync("cards", "kept");
    }

    [Test]
    public async Task More_changes_than_can_be_told_are_one_word_to_read_anew()
    {
        await using var line = await LiveLine.OpenAsync(_browser);
        await line.NextAsync("tallies");
        for (var i = 0; i < 20_000; i++) _pages.Get<LiveBoard>().Note(Guid.CreateVersion7());
        await Eventually.ThatAsync(() => line.Came.Count(one => one.Event == "resync") > 1);
        Change(TestJobs.New(prompt: "after the flood"));
        await line.NextAsync("cards", "after the flood");
        Assert.That(_pages.Backend.Asked.Count(one => one.Contains("ids=", StringComparison.Ordinal)), Is.LessThan(100), "of 334 batches");
    }

    [Test]
    public async Task A_hostile_text_stays_within_its_card()
    {
        await using var line = await LiveLine.OpenAsync(_browser);
        Change(TestJobs.New(prompt: "x\r\rdata: <b>\n\nevent: bye\ndata: y\u2028\u0085z</li><script>"));
        var card = await line.NextAsync("cards");
        Assert.Multiple(() =>
        {
            Assert.That(card, Does.EndWith("</li>").And.Not.Contain("<script>"));
            Assert.That(line.Came.Select(one => one.Event), Has.None.EqualTo("bye"));
        });
    }

    [Test]
    public async Task A_browser_that_takes_nothing_holds_up_nobody_and_costs_little()
    {
        await using var line = await LiveLine.OpenAsync(_browser);
        using var slow = await OpenAndReadNothingAsync();
        await Eventually.ThatAsync(() => _pages.Get<LiveStreams>().Count == 2);
        // Far more than the connection's own buffers take.
        var big = LiveMessage.Of("cards", new string('x', 1_000_000));
        for (var i = 0; i < 100; i++) _pages.Get<LiveStreams>().Send(big);
        Change(TestJobs.New(prompt: "after the flood"));
        await line.NextAsync("cards", "after the flood");
    }

    [Test]
    public async Task A_browser_that_takes_nothing_is_let_go()
    {
        await using var pages = await PagesApplication.StartAsync("Web:Monitor:Open=true", "Web:Monitor:Patience=00:00:00.300");
        using var slow = new TcpClient();
        await slow.ConnectAsync(pages.Address.Host, pages.Address.Port);
        await slow.GetStream().WriteAsync("GET /video-monitor/live HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var streams = pages.Get<LiveStreams>();
        await Eventually.ThatAsync(() => streams.Count == 1);
        var big = LiveMessage.Of("cards", new string('x', 1_000_000));
        await Eventually.ThatAsync(() =>
        {
            streams.Send(big);
            return streams.IsEmpty;
        });
    }

    [Test]
    public void A_full_queue_is_emptied_for_the_word_to_read_anew()
    {
        using var stream = new LiveStream(_ => { });
        for (var i = 0; i < 200; i++) stream.Offer(LiveMessage.Of("cards", $"{i}"));
        var events = new List<string>();
        while (stream.Messages.TryRead(out var message)) events.Add(message.Event);
        Assert.That(events, Has.Count.LessThanOrEqualTo(32).And.Some.EqualTo("resync"));
        Assert.That(events[0], Is.EqualTo("resync"), "it comes before what came after it");
    }

    [Test]
    public async Task Beyond_the_limit_a_line_is_refused()
    {
        await using var pages = await PagesApplication.StartAsync("Web:Monitor:Open=true", "Web:Monitor:MaxStreams=1");
        using var browser = pages.NewBrowser();
        await using var line = await LiveLine.OpenAsync(browser);
        using var refused = await browser.GetAsync("/video-monitor/live");
        Assert.That((int)refused.StatusCode, Is.EqualTo(503));
    }

    [Test]
    public async Task While_nobody_watches_nothing_is_asked()
    {
        Change(TestJobs.New());
        await using (var line = await LiveLine.OpenAsync(_browser)) await line.NextAsync("tallies");
        await Eventually.ThatAsync(() => _pages.Get<LiveStreams>().IsEmpty);
        Assert.That(_pages.Backend.Asked, Has.None.Contains("ids="));
    }

    void Change(MonitoredJob job)
    {
        _pages.Backend.Put(job);
        _pages.Get<LiveBoard>().Note(job.Job.Id);
    }

    async Task<TcpClient> OpenAndReadNothingAsync()
    {
        var client = new TcpClient { ReceiveBufferSize = 1024 };
        await client.ConnectAsync(_pages.Address.Host, _pages.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /video-monitor/live HTTP/1.1\r\nHost: x\r\n\r\n"));
        return client;
    }
}
