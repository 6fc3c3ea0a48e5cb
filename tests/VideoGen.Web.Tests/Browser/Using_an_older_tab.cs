using Microsoft.Playwright;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Tests.Browser;

/// <summary>Two tabs of one browser: in the second the world is switched, in the first somebody goes on.</summary>
[TestFixture]
public sealed class Using_an_older_tab
{
    PagesApplication _pages = null!;
    Window _window = null!;

    [SetUp]
    public async Task Start()
    {
        _pages = await PagesApplication.StartAsync();
        _pages.Backend.Answer("GET /v1/models/toy", TestJobs.Model("toy"));
        _pages.Backend.Answer("POST /v1/jobs", TestJobs.New(JobStatus.Queued).Job, status: 202);
        _window = await TheBrowser.OpenAsync(_pages.Address);
    }

    [TearDown]
    public async Task Stop()
    {
        await _window.DisposeAsync();
        await _pages.DisposeAsync();
    }

    [Test]
    public async Task Nothing_is_bought_the_reason_is_above_the_page_and_what_was_written_is_still_there()
    {
        var (email, password) = _pages.Backend.AddUser(isOperator: false);
        var old = _window.Page;
        await old.GotoAsync("/web/sign-in");
        await old.GetByLabel("E-mail address").FillAsync(email);
        await old.GetByLabel("Password").FillAsync(password);
        await old.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await old.GetByRole(AriaRole.Button, new() { Name = "Live" }).ClickAsync();
        await old.GotoAsync("/?model=toy");
        await Assertions.Expect(old.Locator(".test-strip")).ToBeVisibleAsync();

        var other = await old.Context.NewPageAsync();
        await other.GotoAsync("/");
        await other.GetByRole(AriaRole.Button, new() { Name = "Test" }).ClickAsync();
        await Assertions.Expect(other.GetByRole(AriaRole.Button, new() { Name = "Live" })).ToBeVisibleAsync();

        await old.Locator("#f-prompt").FillAsync("A lighthouse");
        await old.GetByRole(AriaRole.Button, new() { Name = "Generate" }).ClickAsync();
        var notice = old.Locator("#notice");
        await Assertions.Expect(notice).ToContainTextAsync("made in test mode; you have since switched to live. Nothing was done.");
        await Assertions.Expect(old.Locator("#f-prompt")).ToHaveValueAsync("A lighthouse");
        Assert.That(_pages.Backend.Asked, Has.None.EqualTo("POST /v1/jobs"));
        await old.SetViewportSizeAsync(390, 844);
        var width = await old.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
        Assert.That(width, Is.LessThanOrEqualTo(390), "it fits a phone");

        await old.SetViewportSizeAsync(1400, 900);
        await notice.GetByRole(AriaRole.Link, new() { Name = "Reload" }).ClickAsync();
        await Assertions.Expect(old.Locator(".test-strip")).ToHaveCountAsync(0);
        Assert.That(old.Url, Does.EndWith("/?model=toy"));
    }
}
