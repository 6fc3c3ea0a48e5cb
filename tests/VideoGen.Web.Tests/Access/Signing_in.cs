using System.Net;

namespace VideoGen.Web.Tests.Access;

[TestFixture]
public sealed class Signing_in
{
    PagesApplication _pages = null!;

    [SetUp]
    public async Task Start() => _pages = await PagesApplication.StartAsync();

    [TearDown]
    public async Task Stop() => await _pages.DisposeAsync();

    [Test]
    public async Task An_operators_key_opens_the_page()
    {
        using var browser = await _pages.SignedInAsync();
        var page = await browser.GetStringAsync("/video-monitor");
        Assert.That(page, Does.Contain("Video monitor").And.Contain("Sign out"));
    }

    [Test]
    public async Task So_do_an_operators_address_and_password()
    {
        var (email, password) = _pages.Backend.AddUser(isOperator: true);
        using var browser = _pages.NewBrowser();
        using var answer = await PagesApplication.SignInAsync(browser, email: email, password: password, target: "/AIStudio/video-monitor");
        Assert.That((answer.StatusCode, answer.Headers.Location?.ToString()), Is.EqualTo((HttpStatusCode.Redirect, "/AIStudio/video-monitor")));
        Assert.That(await browser.GetStringAsync("/AIStudio/video-monitor"), Does.Contain("Sign out"));
    }

    [Test]
    public async Task The_cookie_is_for_this_site_and_for_no_script_and_does_not_hold_the_key()
    {
        var key = _pages.Backend.AddKey(isOperator: true);
        using var browser = _pages.NewBrowser();
        using var answer = await PagesApplication.SignInAsync(browser, key);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(one => one.StartsWith("videogen-session=", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(cookie, Does.Contain("; path=/").IgnoreCase.And.Contain("; httponly").IgnoreCase.And.Contain("; samesite=strict").IgnoreCase);
            Assert.That(cookie, Does.Not.Contain("expires=").IgnoreCase, "it goes with the browser's session");
            Assert.That(cookie, Does.Not.Contain(key["vg_live_".Length..]));
        });
    }

    [Test]
    public async Task Behind_TLS_the_cookie_never_goes_without()
    {
        await using var pages = await PagesApplication.StartAsync(_pages.Backend, time: null, "Links:PublicUrl=https://gateway.example");
        using var browser = pages.NewBrowser();
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var form = await browser.GetAsync("/web/sign-in");
        var cookie = form.Headers.GetValues("Set-Cookie").Single();
        Assert.That(cookie, Does.StartWith("__Host-videogen-form=").And.Contain("; secure").IgnoreCase.And.Contain("; samesite=strict").IgnoreCase);
    }

    [TestCase(false, 403, "not as an operator")]
    [TestCase(true, 403, "not as an operator")]
    public async Task A_customers_key_or_a_test_key_is_refused_with_the_reason(bool isTest, int status, string reason)
    {
        using var browser = _pages.NewBrowser();
        using var answer = await PagesApplication.SignInAsync(browser, _pages.Backend.AddKey(isOperator: isTest, test: isTest));
        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(reason));
        using var page = await browser.GetAsync("/video-monitor");
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_customers_password_is_refused_with_the_reason()
    {
        var (email, password) = _pages.Backend.AddUser(isOperator: false);
        using var browser = _pages.NewBrowser();
        using var answer = await PagesApplication.SignInAsync(browser, email: email, password: password);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [TestCase("vg_live_nothing", "", "", 401)]
    [TestCase("", "nobody@example.com", "wrong", 401)]
    [TestCase("", "", "", 400)]
    [TestCase("", "nobody@example.com", "", 400)]
    public async Task What_is_wrong_is_said_and_nothing_is_given(string key, string email, string password, int status)
    {
        using var browser = _pages.NewBrowser();
        using var answer = await PagesApplication.SignInAsync(browser, key, email, password);
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(status));
            Assert.That(answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? string.Join(' ', cookies) : "", Does.Not.Contain("videogen-session"));
        });
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("role=\"alert\""));
    }

    [Test]
    public async Task What_was_typed_in_does_not_come_back()
    {
        using var browser = _pages.NewBrowser();
        using var answer = await PagesApplication.SignInAsync(browser, email: "\"><script>alert(1)</script>", password: "hunter2-hunter2");
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("hunter2").And.Not.Contain("alert(1)"));
    }

    [TestCase("https://evil.example/video-monitor")]
    [TestCase("//evil.example")]
    [TestCase("/\\evil.example")]
    [TestCase("/web/sign-out")]
    [TestCase("javascript:alert(1)")]
    public async Task Nobody_is_sent_anywhere_but_to_our_pages(string target)
    {
        using var browser = _pages.NewBrowser();
        using var answer = await PagesApplication.SignInAsync(browser, _pages.Backend.AddKey(isOperator: true), target: target);
        Assert.That(answer.Headers.Location?.ToString(), Is.EqualTo("/"));
    }

    [Test]
    public async Task A_form_of_another_browser_is_refused()
    {
        using var other = _pages.NewBrowser();
        var token = WebUtility.HtmlDecode(PagesApplication.Token().Match(await other.GetStringAsync("/web/sign-in")).Groups[1].Value);
        using var browser = _pages.NewBrowser();
        using var fields = new FormUrlEncodedContent(new Dictionary<string, string> { ["form"] = token, ["key"] = _pages.Backend.AddKey(isOperator: true) });
        using var answer = await browser.PostAsync("/web/sign-in", fields);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(_pages.Backend.Asked, Has.None.Contains("identities"));
    }

    [Test]
    public async Task Ten_tries_a_minute_are_one_address_share()
    {
        var answers = new List<int>();
        using var browser = _pages.NewBrowser();
        for (var i = 0; i < 11; i++)
        {
            using var answer = await PagesApplication.SignInAsync(browser, "vg_live_nothing", from: "203.0.113.7");
            answers.Add((int)answer.StatusCode);
        }
        using var another = await PagesApplication.SignInAsync(browser, _pages.Backend.AddKey(isOperator: true), from: "203.0.113.8");
        Assert.Multiple(() =>
        {
            Assert.That(answers, Is.EqualTo(Enumerable.Repeat(401, 10).Append(429)));
            Assert.That(another.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        });
    }

    [Test]
    public async Task The_limit_of_Accounts_is_told_too()
    {
        _pages.Backend.IsLimited = true;
        using var browser = _pages.NewBrowser();
        using var answer = await PagesApplication.SignInAsync(browser, email: "a@example.com", password: "guess");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
    }

    [Test]
    public async Task While_Accounts_is_away_nobody_gets_in()
    {
        using var browser = _pages.NewBrowser();
        using var form = await browser.GetAsync("/web/sign-in");
        _pages.Backend.IsAway = true;
        using var answer = await PagesApplication.SignInAsync(browser, _pages.Backend.AddKey(isOperator: true));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }
}
