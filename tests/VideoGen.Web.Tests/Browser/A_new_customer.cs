using Microsoft.Playwright;

namespace VideoGen.Web.Tests.Browser;

/// <summary>The journey of somebody who has read nothing. It is in the fixture of the monitor because that has a running system.</summary>
public sealed partial class Watching_the_running_system
{
    [Test]
    public async Task A_new_customer_goes_from_the_first_page_to_a_playing_video_and_through_every_page()
    {
        await using var window = await TheBrowser.OpenAsync(_system.Gateway);
        var page = window.Page;
        await page.GotoAsync("/");
        await window.JudgeAsync("landing");
        await page.GetByRole(AriaRole.Link, new() { Name = "Create an account" }).ClickAsync();
        await window.JudgeAsync("sign-up");
        await page.GetByLabel("E-mail address").FillAsync($"{Guid.NewGuid():n}@example.com");
        await page.GetByLabel("Password").FillAsync("correct horse battery staple");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();

        await page.Locator(".idea").First.ClickAsync();
        await Assertions.Expect(page.Locator("#price")).ToContainTextAsync("credit");
        await window.JudgeAsync("studio-first");
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate" }).ClickAsync();
        var tile = page.Locator("#runs > li").First;
        await tile.Locator("[data-status=completed]").WaitForAsync();
        await PlayedAsync(tile.Locator("video"), 0);
        await window.JudgeAsync("studio");

        await page.GetByRole(AriaRole.Link, new() { Name = "Jobs", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".job-grid [data-status=completed]")).ToHaveCountAsync(1);
        await window.JudgeAsync("jobs");
        await page.GetByRole(AriaRole.Link, new() { Name = "Details" }).ClickAsync();
        await Assertions.Expect(page.Locator(".story-log")).ToContainTextAsync("Completed after");
        await Assertions.Expect(page.Locator(".mini-ledger").First).ToContainTextAsync("capture");
        await window.JudgeAsync("job");
        await LookAfterTheAccountAsync(window);
        Assert.That(window.Faults, Is.Empty);
    }

    async Task LookAfterTheAccountAsync(Window window)
    {
        var page = window.Page;
        await page.GotoAsync("/account");
        await Assertions.Expect(page.Locator(".big-number").First).ToContainTextAsync("available");
        await window.JudgeAsync("account");
        await page.GotoAsync("/account/ledger");
        await Assertions.Expect(page.Locator("tbody tr")).Not.ToHaveCountAsync(0);
        await window.JudgeAsync("ledger");

        await page.GotoAsync("/account/keys");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Shop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();
        var secret = await page.Locator("#secret").TextContentAsync();
        await window.JudgeAsync("keys");
        using (var program = new HttpClient { BaseAddress = _system.Gateway })
        {
            program.DefaultRequestHeaders.Authorization = new("Bearer", secret);
            using var jobs = await program.GetAsync("/v1/jobs");
            Assert.That((int)jobs.StatusCode, Is.EqualTo(200), "the key that was shown works");
        }
        await page.GotoAsync("/account/usage");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await window.JudgeAsync("usage");
        await page.GotoAsync("/account/webhooks");
        await page.GetByLabel("Address").FillAsync("http://127.0.0.1:9/hook");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add endpoint" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The test did not arrive" })).ToBeVisibleAsync();
        await window.JudgeAsync("webhooks");
        await page.GotoAsync("/studio/models?kind=video");
        await window.JudgeAsync("models");

        await page.GetByRole(AriaRole.Button, new() { Name = "Live" }).ClickAsync();
        await page.GotoAsync("/jobs");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No jobs yet" })).ToBeVisibleAsync();
        await window.JudgeAsync("jobs-test");
    }
}
