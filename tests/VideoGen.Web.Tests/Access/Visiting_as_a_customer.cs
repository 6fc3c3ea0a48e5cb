using System.Net;

namespace VideoGen.Web.Tests.Access;

[TestFixture]
public sealed class Visiting_as_a_customer
{
    const string Hostile = "<script>window.hacked=1</script>\"'><img src=x onerror=alert(1)>";

    PagesApplication _pages = null!;
    HttpClient _stranger = null!;
    HttpClient _customer = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _pages = await PagesApplication.StartAsync();
        _stranger = _pages.NewBrowser();
        _customer = _pages.NewBrowser();
        var (email, password) = _pages.Backend.AddUser(isOperator: false);
        using var answer = await PagesApplication.SignInAsync(_customer, email: email, password: password, target: "/jobs");
        Assert.That((answer.StatusCode, answer.Headers.Location?.ToString()), Is.EqualTo((HttpStatusCode.Redirect, "/jobs")));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _stranger.Dispose();
        _customer.Dispose();
        await _pages.DisposeAsync();
    }

    [TestCase("/jobs")]
    [TestCase("/account/keys")]
    [TestCase("/studio/models")]
    [TestCase("/jobs/0194d3a0-0000-7000-8000-000000000000")]
    public async Task A_stranger_is_led_to_the_sign_in_and_back(string page)
    {
        using var answer = await _stranger.GetAsync(page);
        Assert.That(answer.Headers.Location?.ToString(), Is.EqualTo("/web/sign-in?return=" + Uri.EscapeDataString(page)));
    }

    [TestCase("/studio/live")]
    [TestCase("/account/ledger.csv")]
    [TestCase("/jobs/0194d3a0-0000-7000-8000-000000000000/files/0")]
    public async Task A_part_of_a_page_is_refused_to_strangers(string part)
    {
        using var answer = await _stranger.GetAsync(part);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task The_first_page_is_for_everybody()
    {
        Assert.That(await _stranger.GetStringAsync("/"), Does.Contain("Create an account"));
        Assert.That(await _customer.GetStringAsync("/"), Does.Contain("Make your first"));
    }

    [Test]
    public async Task The_monitor_is_not_for_customers()
    {
        using var answer = await _customer.GetAsync("/video-monitor");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [TestCase("/studio/jobs")]
    [TestCase("/studio/quote")]
    [TestCase("/studio/uploads")]
    [TestCase("/account/keys")]
    [TestCase("/account/password")]
    [TestCase("/account/webhooks")]
    [TestCase("/web/world")]
    [TestCase("/jobs/0194d3a0-0000-7000-8000-000000000000/delete")]
    public async Task What_changes_something_needs_a_form_of_ours(string path)
    {
        _pages.Backend.Asked.Clear();
        using var forged =
            new FormUrlEncodedContent(new Dictionary<string, string> { ["to"] = "test", ["model"] = "veo3.1", ["name"] = "Shop" });
        using var answer = await _customer.PostAsync(path, forged);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(_pages.Backend.Asked, Has.None.Contains("/v1/"));
    }

    [TestCase("/studio/jobs")]
    [TestCase("/jobs/0194d3a0-0000-7000-8000-000000000000/cancel")]
    public async Task A_part_of_a_page_that_has_grown_too_old_says_so_above_the_page(string path)
    {
        using var answer = await PagesApplication.PostAsync(_customer, path, token: "of another day", isPart: true);
        Assert.That(((int)answer.StatusCode, answer.Headers.GetValues("HX-Retarget").Single()), Is.EqualTo((422, "#notice")));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("grown too old").And.Contain("Reload"));
    }

    [TestCase("")]
    [TestCase("/files/0")]
    public async Task Somebody_elses_job_is_missing(string part)
    {
        using var answer = await _customer.GetAsync($"/jobs/{Guid.CreateVersion7()}{part}");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("To the studio").And.Not.Contain("/video-monitor"));
    }

    [Test]
    public async Task A_hostile_text_is_a_text_on_every_page_and_the_policy_allows_no_script_of_a_page()
    {
        var job = TestJobs.New(VideoGen.Jobs.Contracts.JobStatus.Failed, prompt: Hostile,
            error: new("provider_error", Hostile, Retryable: true, CreditsReturned: true));
        _pages.Backend.Put(job);
        foreach (var page in (string[])["/", "/jobs", $"/jobs/{job.Job.Id}", $"/jobs/{job.Job.Id}/tile"])
        {
            using var answer = await _customer.GetAsync(page);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Multiple(() =>
            {
                Assert.That(text, Does.Contain("hacked=1").And.Not.Contain("<script>window").And.Not.Contain("<img src=x"), page);
                Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(),
                    Does.Contain("script-src 'self';").And.Not.Contain("unsafe"));
                Assert.That(answer.Headers.CacheControl?.NoStore, Is.True);
            });
        }
        _pages.Backend.Remove(job.Job.Id);
    }
}
