using System.Net;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Tests.Access;

/// <summary>One browser, two tabs: what the older one shows is what its forms act in, or they do nothing.</summary>
[TestFixture]
public sealed class Switching_the_world_in_another_tab
{
    const string Some = "0194d3a0-0000-7000-8000-000000000000";

    PagesApplication _pages = null!;
    HttpClient _browser = null!;

    [SetUp]
    public async Task Start()
    {
        _pages = await PagesApplication.StartAsync();
        _pages.Backend.Answer("GET /v1/models/toy", TestJobs.Model("toy"));
        _pages.Backend.Answer("POST /v1/jobs", TestJobs.New(JobStatus.Queued).Job, status: 202);
        _browser = await _pages.CustomerAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        _browser.Dispose();
        await _pages.DisposeAsync();
    }

    [TestCase("/studio/jobs")]
    [TestCase("/studio/quote")]
    [TestCase("/account/keys")]
    [TestCase("/account/keys/" + Some + "/revoke")]
    [TestCase("/account/webhooks")]
    [TestCase("/account/webhooks/" + Some + "/test")]
    [TestCase("/account/deliveries/" + Some + "/replay")]
    [TestCase("/jobs/" + Some + "/cancel")]
    [TestCase("/jobs/" + Some + "/delete")]
    public async Task A_form_of_the_older_tab_does_nothing_and_says_why(string path)
    {
        await ChooseAsync("test");
        var stale = await PagesApplication.TokenOfAsync(_browser);
        await ChooseAsync("live");
        _pages.Backend.Asked.Clear();
        using var page = await SendAsync(path, stale);
        using var part = await SendAsync(path, stale, isPart: true);
        Assert.Multiple(() =>
        {
            Assert.That(_pages.Backend.Asked, Has.None.Contains("/v1/"), "nothing was asked of the services");
            Assert.That((int)page.StatusCode, Is.EqualTo(409));
            Assert.That((int)part.StatusCode, Is.EqualTo(422));
            Assert.That(part.Headers.GetValues("HX-Retarget"), Is.EqualTo(new[] { "#notice" }), "it is shown above the page");
        });
        const string Why = "This page was made in test mode; you have since switched to live. Nothing was done.";
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain(Why).And.Contain("<!DOCTYPE html>"));
        Assert.That(await part.Content.ReadAsStringAsync(), Does.Contain(Why).And.Contain("Reload").And.Not.Contain("<html"));
    }

    [Test]
    public async Task A_file_of_the_older_tab_is_not_taken()
    {
        var stale = await PagesApplication.TokenOfAsync(_browser);
        await ChooseAsync("test");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/studio/uploads?name=a.png") { Content = new ByteArrayContent([1]) };
        request.Headers.Add("RequestVerificationToken", stale);
        using var answer = await _browser.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(409));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("made in live mode; you have since switched to test"));
        Assert.That(_pages.Backend.Asked, Has.None.Contains("/v1/uploads"));
    }

    [Test]
    public async Task The_tab_that_is_loaded_anew_works()
    {
        await ChooseAsync("test");
        var fresh = await PagesApplication.TokenOfAsync(_browser);
        using var answer = await SendAsync("/studio/jobs", fresh);
        Assert.That(answer.Headers.Location?.ToString(), Does.StartWith("/jobs/"));
    }

    [Test]
    public async Task The_older_tab_may_still_switch_and_sign_out_and_the_choice_ends_with_the_sign_in()
    {
        var stale = await PagesApplication.TokenOfAsync(_browser);
        await ChooseAsync("test");
        using var theme = await SendAsync("/web/theme", stale, fields: ("to", "dark"));
        using var signOut = await SendAsync("/web/sign-out", stale);
        Assert.That((theme.StatusCode, signOut.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Redirect)));
        Assert.That(string.Join(' ', signOut.Headers.GetValues("Set-Cookie")), Does.Contain("videogen-world=;"));
    }

    [Test]
    public async Task Behind_TLS_no_neighbouring_host_can_make_the_choice()
    {
        await using var pages = await PagesApplication.StartAsync(_pages.Backend, time: null, "Links:PublicUrl=https://gateway.example");
        var cookies = new CookieJar();
        using var browser = new HttpClient(cookies) { BaseAddress = pages.Address };
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        var (email, password) = _pages.Backend.AddUser(isOperator: false);
        using var signIn = await PagesApplication.SignInAsync(browser, email: email, password: password, target: "/");
        cookies.Add("videogen-world=test");
        Assert.That(await browser.GetStringAsync("/"), Does.Not.Contain("Test mode."), "a cookie that any host of the domain can set");

        var token = await PagesApplication.TokenOfAsync(browser);
        using var answer = await PagesApplication.PostAsync(browser, "/web/world", token, fields: ("to", "test"));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(one => one.Contains("videogen-world", StringComparison.Ordinal));
        Assert.That(cookie,
            Does.StartWith("__Host-videogen-world=test;").And.Contain("; secure").IgnoreCase.And.Not.Contain("domain=").IgnoreCase);
        Assert.That(await browser.GetStringAsync("/"), Does.Contain("Test mode."));
    }

    async Task ChooseAsync(string world)
    {
        var token = await PagesApplication.TokenOfAsync(_browser);
        using var answer = await SendAsync("/web/world", token, fields: ("to", world));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    Task<HttpResponseMessage> SendAsync(string path, string token, bool isPart = false, params (string, string)[] fields) =>
        PagesApplication.PostAsync(_browser, path, token, isPart, [("model", "toy"), ("in.prompt", "A cat"), ("name", "Shop"), .. fields]);

    /// <summary>A browser that believes it speaks TLS: it sends every cookie back.</summary>
    sealed class CookieJar() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
    {
        readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

        public void Add(string cookie)
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            _cookies[pair[0]] = pair[1];
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(one => $"{one.Key}={one.Value}")));
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.Headers.TryGetValues("Set-Cookie", out var made))
                foreach (var cookie in made) Add(cookie);
            return answer;
        }
    }
}
