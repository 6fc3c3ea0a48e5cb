using System.Net;
using VideoGen.Accounts.Contracts;

namespace VideoGen.Web.Tests.Operator;

/// <summary>The operators' pages in front of a scripted system, where the monitor is open to everybody and these pages are not.</summary>
[TestFixture]
public sealed class Operating_the_system
{
    static readonly Guid Letter = OperatorScript.Letter;
    static readonly Guid Account = OperatorScript.Account;

    /// <summary>Every page below /operator.</summary>
    static readonly string[] Pages =
    [
        "", "/vendors", "/dead-letters", "/models", "/accounts", $"/accounts/{Account}", $"/dead-letters/jobs/{Letter}", $"/jobs/{Letter}",
    ];

    PagesApplication _pages = null!;
    HttpClient _operator = null!;
    HttpClient _customer = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _pages = await PagesApplication.StartAsync("Web:Monitor:Open=true", "Web:Operator:DashboardUrl=http://127.0.0.1:18888");
        _operator = await _pages.SignedInAsync();
        _customer = _pages.NewBrowser();
        var (email, password) = _pages.Backend.AddUser(isOperator: false);
        using var answer = await PagesApplication.SignInAsync(_customer, email: email, password: password, target: "/jobs");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _operator?.Dispose();
        _customer?.Dispose();
        if (_pages is not null) await _pages.DisposeAsync();
    }

    [SetUp]
    public void Script()
    {
        _pages.Backend.Changes.Clear();
        _pages.Backend.Asked.Clear();
        OperatorScript.Fill(_pages.Backend.Answers);
    }

    [Test]
    public async Task Strangers_are_led_to_the_sign_in_and_back()
    {
        using var stranger = _pages.NewBrowser();
        foreach (var page in Pages)
        {
            using var answer = await stranger.GetAsync("/operator" + page);
            Assert.That(answer.Headers.Location?.ToString(), Is.EqualTo("/web/sign-in?return=" + Uri.EscapeDataString("/operator" + page)));
        }
        using var part = await stranger.GetAsync("/operator/now");
        Assert.That(part.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Customers_are_refused_and_nothing_is_asked_for_them()
    {
        foreach (var page in Pages.Append("/now"))
        {
            using var answer = await _customer.GetAsync("/operator" + page);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), page);
        }
        Assert.That(_pages.Backend.Asked, Has.None.Contains("/admin/"));
        Assert.That(await _customer.GetStringAsync("/jobs"), Does.Not.Contain("/operator"), "their pages don't lead there");
    }

    [Test]
    public async Task Every_page_shows_hostile_text_as_text()
    {
        foreach (var page in Pages.Append("/now"))
        {
            using var answer = await _operator.GetAsync("/operator" + page);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Multiple(() =>
            {
                Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), page + text);
                Assert.That(text, Does.Not.Contain("<script>window").And.Not.Contain("<img src=x"), page);
                Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(),
                    Does.Contain("script-src 'self';").And.Not.Contain("unsafe"));
            });
        }
    }

    [TestCase("dead-letters/jobs/0194d3a0-0000-7000-8000-000000000001/replay")]
    [TestCase("dead-letters/jobs/0194d3a0-0000-7000-8000-000000000001/discard")]
    [TestCase("dead-letters/jobs/discard")]
    [TestCase("accounts/0194d3a0-0000-7000-8000-000000000002/grants")]
    [TestCase("accounts/0194d3a0-0000-7000-8000-000000000002/plan")]
    public async Task What_changes_something_needs_a_form_of_ours(string path)
    {
        using var forged =
            new FormUrlEncodedContent(new Dictionary<string, string> { ["amount"] = "5", ["plan"] = "pro", ["type"] = "X" });
        using var answer = await _operator.PostAsync("/operator/" + path, forged);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(_pages.Backend.Asked, Has.None.Contains("/admin/"));
    }

    [Test]
    public async Task The_overview_tells_figures_what_is_stuck_and_where_to_look()
    {
        var text = await _operator.GetStringAsync("/operator");
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("the longest for 4 min").And.Contain("61.3").And.Contain("2 running"));
            Assert.That(text, Does.Contain($"/operator/jobs/{Letter}").And.Contain($"/operator/accounts/{Account}"),
                "a check names jobs or accounts");
            Assert.That(text, Does.Contain("no answer from storage"));
            Assert.That(text, Does.Contain("href=\"http://127.0.0.1:18888\""));
        });
    }

    [Test]
    public async Task A_service_that_is_away_takes_only_its_part_of_the_overview()
    {
        _pages.Backend.Answers["GET /admin/v1/throughput"] = 503;
        _pages.Backend.Answers["GET /admin/v1/checks"] = 503;
        var text = await _operator.GetStringAsync("/operator");
        Assert.That(text, Does.Contain("Jobs does not answer").And.Contain("Work lost at a vendor"));
    }

    [Test]
    public async Task Vendors_tell_why_not_and_what_is_missing_for_margins()
    {
        var text = await _operator.GetStringAsync("/operator/vendors?by=route&days=7");
        Assert.That(text, Does.Contain("has no quota left; 3 times").And.Contain("75 % of 4 tries").And.Contain("runway"));
        Assert.That(text, Does.Contain("Jobs__Margins__UsdPerCredit"));
        Assert.That(_pages.Backend.Asked, Has.Some.Match(@"admin/v1/margins\?by=route&from=\d{4}-\d\d-\d\d&to="));
    }

    [Test]
    public async Task The_catalogue_tells_what_has_ended_and_where_its_jobs_go()
    {
        var text = await _operator.GetStringAsync("/operator/models?show=ending");
        Assert.That(text, Does.Contain("retired").And.Contain("Feb 1, 2026").And.Contain("Name of veo3.1").And.Not.Contain(">veo3.1 ·"));
    }

    [TestCase("replay", "POST /admin/v1/dead-letters/jobs/0194d3a0-0000-7000-8000-000000000001/replay", "1 letter was sent again")]
    [TestCase("discard", "DELETE /admin/v1/dead-letters/jobs/0194d3a0-0000-7000-8000-000000000001", "1 letter was deleted for good")]
    public async Task A_dead_letter_is_sent_again_or_discarded(string act, string asked, string told)
    {
        _pages.Backend.Answers[asked] = 204;
        using var answer = await SendAsync($"/operator/dead-letters/jobs/{Letter}", $"/operator/dead-letters/jobs/{Letter}/{act}");
        Assert.That(_pages.Backend.Changes.Single().Request, Is.EqualTo(asked));
        Assert.That(await _operator.GetStringAsync(answer.Headers.Location), Does.Contain(told));
    }

    [Test]
    public async Task A_letter_that_somebody_else_dealt_with_is_no_fault()
    {
        _pages.Backend.Answers[$"POST /admin/v1/dead-letters/jobs/{Letter}/replay"] = 404;
        using var answer = await SendAsync($"/operator/dead-letters/jobs/{Letter}", $"/operator/dead-letters/jobs/{Letter}/replay");
        Assert.That(await _operator.GetStringAsync(answer.Headers.Location), Does.Contain("not there any more"));
    }

    [Test]
    public async Task All_of_one_kind_are_discarded_and_a_refusal_is_told_in_the_list()
    {
        const string Type = "VideoGen.Jobs.Commands.UseSlot";
        const string page = "/operator/dead-letters?service=jobs&type=" + Type;
        _pages.Backend.Answers["POST /admin/v1/dead-letters/jobs/discard"] = new { count = 12, may_have_more = false };
        using var done = await SendAsync(page, "/operator/dead-letters/jobs/discard", ("type", Type));
        Assert.That(await _operator.GetStringAsync(done.Headers.Location), Does.Contain("12 letters were deleted for good"));
        Assert.That(_pages.Backend.Changes.Single().Body, Does.Contain($"\"message_type\":\"{Type}\""));

        _pages.Backend.Answers["POST /admin/v1/dead-letters/jobs/discard"] = 502;
        using var refused = await SendAsync(page, "/operator/dead-letters/jobs/discard", ("type", Type));
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("role=\"alert\""));
    }

    [Test]
    public async Task A_service_that_there_is_not_has_no_letters()
    {
        using var answer = await _operator.GetAsync($"/operator/dead-letters/gateway/{Letter}");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(_pages.Backend.Asked, Has.None.Contains("/admin/"));
    }

    [Test]
    public async Task Credits_are_given_under_the_key_of_the_form()
    {
        _pages.Backend.Answers[$"POST /admin/v1/accounts/{Account}/grants"] =
            new LedgerEntry(Letter, 2, "grant", 500, 500, 1700, 50, null, "Sorry", OperatorScript.Then);
        using var answer = await SendAsync($"/operator/accounts/{Account}", $"/operator/accounts/{Account}/grants",
            ("amount", "1,500"), ("reason", "Sorry"), ("expires", "2027-01-01"), ("key", Letter.ToString()));
        var (_, body, key) = _pages.Backend.Changes.Single();
        Assert.Multiple(() =>
        {
            Assert.That(body, Does.Contain("\"amount\":1500").And.Contain("\"reason\":\"Sorry\"").And.Contain("2027-01-01T00:00"));
            Assert.That(key, Is.EqualTo(Letter.ToString()));
            Assert.That(answer.Headers.Location?.ToString(), Is.EqualTo($"/operator/accounts/{Account}?done=granted"));
        });
        Assert.That(await _operator.GetStringAsync(answer.Headers.Location), Does.Contain("The credits are on the account"));
    }

    [TestCase("many", "", "Credits: must be a whole number")]
    [TestCase("-5", "", "Credits: must be a whole number")]
    [TestCase("5", "soon", "Expires: must be a day")]
    public async Task What_is_no_grant_is_not_asked_for_and_stays_in_the_form(string amount, string expires, string fault)
    {
        using var answer = await SendAsync($"/operator/accounts/{Account}", $"/operator/accounts/{Account}/grants",
            ("amount", amount), ("reason", "Kept words"), ("expires", expires));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(fault).And.Contain("Kept words"));
        Assert.That(_pages.Backend.Changes, Is.Empty);
    }

    [Test]
    public async Task An_account_is_put_on_another_plan()
    {
        var path = $"PUT /admin/v1/accounts/{Account}/plan";
        _pages.Backend.Answers[path] = _pages.Backend.Answers[$"GET /admin/v1/accounts/{Account}"];
        using var answer = await SendAsync($"/operator/accounts/{Account}", $"/operator/accounts/{Account}/plan", ("plan", "pro"));
        Assert.That(_pages.Backend.Changes.Single(), Is.EqualTo((path, "{\"plan\":\"pro\"}", (string?)null)));
        Assert.That(await _operator.GetStringAsync(answer.Headers.Location), Does.Contain("on its new plan"));
    }

    [Test]
    public async Task An_account_that_there_is_not_is_missing()
    {
        using var answer = await _operator.GetAsync($"/operator/accounts/{Guid.NewGuid()}");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    /// <summary>Fills in a form of the page as a person would.</summary>
    async Task<HttpResponseMessage> SendAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var form = await _operator.GetStringAsync(page);
        Assert.That(form, Does.Contain($"action=\"{action}\""));
        var token = WebUtility.HtmlDecode(PagesApplication.Token().Match(form).Groups[1].Value);
        using var content = new FormUrlEncodedContent(
            fields.Append(("form", token)).ToDictionary(field => field.Item1, field => field.Item2));
        return await _operator.PostAsync(action, content);
    }
}
