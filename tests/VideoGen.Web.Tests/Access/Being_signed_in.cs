using System.Net;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Testing;

namespace VideoGen.Web.Tests.Access;

[TestFixture]
public sealed class Being_signed_in
{
    Backend _backend = null!;
    FakeTimeProvider _time = null!;
    PagesApplication _pages = null!;

    [SetUp]
    public async Task Start()
    {
        _backend = await Backend.StartAsync();
        _time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        _pages = await PagesApplication.StartAsync(_backend, _time);
    }

    [TearDown]
    public async Task Stop()
    {
        await _pages.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Test]
    public async Task Another_instance_knows_the_cookie_and_one_with_another_secret_does_not()
    {
        var cookies = new CookieContainer();
        using var browser = _pages.NewBrowser(cookies);
        using var signedIn = await PagesApplication.SignInAsync(browser, _backend.AddKey(isOperator: true));
        await using var twin = await PagesApplication.StartAsync(_backend, time: null);
        await using var stranger = await PagesApplication.StartAsync(_backend, time: null, "Web:Session:Key=another-session-key-of-more-than-32-characters");
        Assert.That((await StatusAsync(twin, cookies), await StatusAsync(stranger, cookies)), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task A_cookie_that_was_changed_is_none()
    {
        var cookies = new CookieContainer();
        using var browser = _pages.NewBrowser(cookies);
        using var signedIn = await PagesApplication.SignInAsync(browser, _backend.AddKey(isOperator: true));
        var cookie = cookies.GetCookies(_pages.Address)["videogen-session"]!;
        var letter = cookie.Value[^20] == 'A' ? 'B' : 'A';
        cookie.Value = cookie.Value[..^20] + letter + cookie.Value[^19..];
        Assert.That(await StatusAsync(_pages, cookies), Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_revoked_key_is_out_within_five_seconds()
    {
        var key = _backend.AddKey(isOperator: true);
        using var browser = await _pages.SignedInAsync(key);
        using var before = await browser.GetAsync("/video-monitor");
        _backend.Revoke(key);
        _time.Advance(TimeSpan.FromSeconds(5));
        using var after = await browser.GetAsync("/video-monitor");
        Assert.Multiple(() =>
        {
            Assert.That((before.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Redirect)));
            Assert.That(string.Join(' ', after.Headers.GetValues("Set-Cookie")), Does.Contain("videogen-session=;"), "the cookie is taken back");
        });
    }

    [Test]
    public async Task After_twelve_hours_a_new_sign_in_is_needed_however_busy_it_was()
    {
        using var browser = await _pages.SignedInAsync();
        for (var hours = 0; hours < 12; hours++)
        {
            using var answer = await browser.GetAsync("/video-monitor");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), $"after {hours} hours");
            _time.Advance(TimeSpan.FromHours(1));
        }
        using var late = await browser.GetAsync("/video-monitor");
        Assert.That(late.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task While_Accounts_is_away_nobody_is_let_in_on_older_knowledge_and_the_cookie_stays()
    {
        using var browser = await _pages.SignedInAsync();
        _backend.IsAway = true;
        _time.Advance(TimeSpan.FromSeconds(5));
        using var away = await browser.GetAsync("/video-monitor");
        _backend.IsAway = false;
        using var back = await browser.GetAsync("/video-monitor");
        Assert.That((away.StatusCode, back.StatusCode), Is.EqualTo((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK)));
    }

    [Test]
    public async Task Signing_out_takes_the_cookie_back_and_needs_a_form_of_ours()
    {
        using var browser = await _pages.SignedInAsync();
        using var nothing = new FormUrlEncodedContent([]);
        using var forged = await browser.PostAsync("/web/sign-out", nothing);
        Assert.That(forged.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));

        var token = WebUtility.HtmlDecode(PagesApplication.Token().Match(await browser.GetStringAsync("/video-monitor")).Groups[1].Value);
        using var fields = new FormUrlEncodedContent(new Dictionary<string, string> { ["form"] = token });
        using var answer = await browser.PostAsync("/web/sign-out", fields);
        using var after = await browser.GetAsync("/video-monitor");
        Assert.That((answer.Headers.Location?.ToString(), after.StatusCode), Is.EqualTo(("/web/sign-in", HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task Signing_out_ends_copies_of_the_cookie_within_five_seconds_and_no_other_sign_in()
    {
        await using var twin = await PagesApplication.StartAsync(_backend, _time);
        var (email, password) = _backend.AddUser(isOperator: true);
        var (mine, other) = (new CookieContainer(), new CookieContainer());
        foreach (var cookies in (CookieContainer[])[mine, other])
        {
            using var browser = _pages.NewBrowser(cookies);
            using var signedIn = await PagesApplication.SignInAsync(browser, email: email, password: password);
        }
        var copy = new CookieContainer();
        copy.Add(mine.GetCookies(_pages.Address));
        Assert.That(await StatusAsync(twin, copy), Is.EqualTo(HttpStatusCode.OK));

        using (var browser = _pages.NewBrowser(mine))
        {
            var token = await PagesApplication.TokenOfAsync(browser, "/video-monitor");
            using var answer = await PagesApplication.PostAsync(browser, "/web/sign-out", token);
        }
        Assert.That(await StatusAsync(_pages, copy), Is.EqualTo(HttpStatusCode.Redirect), "at once where it was ended");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.That((await StatusAsync(twin, copy), await StatusAsync(twin, other)),
            Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.OK)));
    }

    [Test]
    public async Task A_sign_out_that_could_not_be_noted_says_so_and_is_one_in_this_browser()
    {
        using var browser = await _pages.SignedInAsync();
        var token = await PagesApplication.TokenOfAsync(browser, "/video-monitor");
        _backend.IsAway = true;
        using var answer = await PagesApplication.PostAsync(browser, "/web/sign-out", token);
        _backend.IsAway = false;
        using var after = await browser.GetAsync("/video-monitor");
        Assert.That((answer.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.ServiceUnavailable, HttpStatusCode.Redirect)));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("This browser is signed out"));
    }

    [Test]
    public async Task A_live_line_ends_when_its_key_is_revoked()
    {
        await using var pages = await PagesApplication.StartAsync(_backend, _time, "Web:Monitor:Heartbeat=00:00:00.100");
        var key = _backend.AddKey(isOperator: true);
        using var browser = await pages.SignedInAsync(key);
        await using var line = await LiveLine.OpenAsync(browser);
        await line.NextAsync("resync");
        _backend.Revoke(key);
        await Eventually.ThatAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return line.HasEnded;
        }, because: "the line ends");
        Assert.That(line.Came[^1].Event, Is.EqualTo("bye"));
    }

    static async Task<HttpStatusCode> StatusAsync(PagesApplication pages, CookieContainer cookies)
    {
        // Cookies know hosts, not ports, so another instance on this machine gets them as well.
        using var browser = pages.NewBrowser(cookies);
        using var answer = await browser.GetAsync("/video-monitor");
        return answer.StatusCode;
    }
}
