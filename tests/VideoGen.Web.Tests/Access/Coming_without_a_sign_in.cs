using System.Net;

namespace VideoGen.Web.Tests.Access;

[TestFixture]
public sealed class Coming_without_a_sign_in
{
    PagesApplication _closed = null!;
    PagesApplication _open = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _closed = await PagesApplication.StartAsync();
        _open = await PagesApplication.StartAsync(_closed.Backend, time: null, "Web:Monitor:Open=true");
        _closed.Backend.Put(TestJobs.New(prompt: "A very private lighthouse"));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _open.DisposeAsync();
        await _closed.DisposeAsync();
    }

    [TestCase("/video-monitor")]
    [TestCase("/AIStudio/video-monitor")]
    public async Task The_page_leads_to_the_form_and_back(string page)
    {
        using var browser = _closed.NewBrowser();
        using var answer = await browser.GetAsync(page + "?status=FAILED");
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(answer.Headers.Location?.ToString(), Is.EqualTo("/web/sign-in?return=" + Uri.EscapeDataString(page)));
            Assert.That(answer.Headers.CacheControl?.NoStore, Is.True);
        });
    }

    [TestCase("/video-monitor/jobs")]
    [TestCase("/video-monitor/live")]
    [TestCase("/video-monitor/jobs/0194d3a0-0000-7000-8000-000000000000/media/0")]
    [TestCase("/AIStudio/video-monitor/jobs")]
    [TestCase("/AIStudio/video-monitor/live")]
    public async Task A_part_of_the_page_is_refused(string part)
    {
        using var browser = _closed.NewBrowser();
        using var answer = await browser.GetAsync(part);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("lighthouse"));
    }

    [TestCase("/video-monitor")]
    [TestCase("/AIStudio/video-monitor")]
    [TestCase("/video-monitor/jobs")]
    public async Task Everybody_may_look_where_the_operator_opened_it(string page)
    {
        using var browser = _open.NewBrowser();
        var text = await browser.GetStringAsync(page);
        Assert.That(text, Does.Contain("A very private lighthouse"));
    }

    [Test]
    public async Task Nobody_learns_whose_a_job_is_or_where_its_customer_listens()
    {
        using var browser = _open.NewBrowser();
        var text = await browser.GetStringAsync("/video-monitor");
        Assert.That(text, Does.Not.Contain("secret-customer").And.Not.Contain("hooks.example").And.Not.Contain("api.example"));
    }

    [Test]
    public async Task What_is_no_page_is_told_so_in_words()
    {
        using var browser = _closed.NewBrowser();
        using var answer = await browser.GetAsync("/video-monitor/nothing");
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/html"));
        });
    }
}
