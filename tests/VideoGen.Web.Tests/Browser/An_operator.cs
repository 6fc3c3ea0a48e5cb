using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Playwright;
using RabbitMQ.Client;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Tests.Browser;

/// <summary>The journey of an operator. It is in the fixture of the monitor because that has a running system.</summary>
public sealed partial class Watching_the_running_system
{
    [Test]
    public async Task An_operator_reads_every_page_gives_credits_and_sends_a_dead_letter_again()
    {
        await MakeAsync("A lighthouse for the operator");
        await using var window = await TheBrowser.OpenAsync(_system.Gateway);
        var page = window.Page;
        await page.GotoAsync("/operator");
        await page.GetByLabel("API key").FillAsync(_system.Endpoints.OperatorKey);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Jobs a minute" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[aria-labelledby=latency] tbody tr")).Not.ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByText("Nothing is stuck")).ToBeVisibleAsync();
        await window.JudgeAsync("operator");
        await page.GetByRole(AriaRole.Link, new() { Name = "Vendors", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("[aria-labelledby=margins] tfoot")).ToBeVisibleAsync();
        await window.JudgeAsync("operator-vendors");
        await page.GetByRole(AriaRole.Link, new() { Name = "Models", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr")).Not.ToHaveCountAsync(0);
        await window.JudgeAsync("operator-models");
        await GiveCreditsAsync(window);
        await SendAgainAsync(window);
        Assert.That(window.Faults, Is.Empty);
    }

    async Task GiveCreditsAsync(Window window)
    {
        var page = window.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Accounts", Exact = true }).ClickAsync();
        await window.JudgeAsync("operator-accounts");
        await page.GetByRole(AriaRole.Searchbox).FillAsync(_system.Endpoints.Email);
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = _system.Endpoints.Email }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Credits" }).FillAsync("12,345");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }).FillAsync("For a broken lighthouse");
        await AnswerConfirmsAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Give credits" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The credits are on the account")).ToBeVisibleAsync();
        var movement = page.Locator("[aria-labelledby=movements] tbody tr", new() { HasText = "For a broken lighthouse" });
        await Assertions.Expect(movement).ToContainTextAsync("+12,345");
        await window.JudgeAsync("operator-account");
        await page.Locator("[aria-labelledby=jobs] tbody a").First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Tries at vendors" })).ToBeVisibleAsync();
        await window.JudgeAsync("operator-job");
    }

    /// <summary>No consumer can read it: it fails again, and comes back as another letter.</summary>
    async Task SendAgainAsync(Window window)
    {
        var page = window.Page;
        await page.GotoAsync("/operator/dead-letters");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No dead letters" })).ToBeVisibleAsync();
        await window.JudgeAsync("operator-dead-letters-none");
        await PoisonAsync();
        var letter = await NewLetterAsync(page, not: "");
        await window.JudgeAsync("operator-dead-letters");
        await page.GotoAsync(letter);
        await Assertions.Expect(page.Locator("[aria-labelledby=body] code").First).ToContainTextAsync("poison <b>for a test</b>");
        await window.JudgeAsync("operator-dead-letter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();
        await Assertions.Expect(page.GetByText("1 letter was sent again")).ToBeVisibleAsync();
        await NewLetterAsync(page, not: letter);
        await AnswerConfirmsAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No dead letters" })).ToBeVisibleAsync();
    }

    /// <summary>Reloads until the list shows a letter that is not the one given; answers its address.</summary>
    static async Task<string> NewLetterAsync(IPage page, string not)
    {
        var found = "";
        await Testing.Eventually.ThatAsync(async () =>
        {
            await page.GotoAsync("/operator/dead-letters");
            var link = page.Locator("tbody th > a");
            if (await link.CountAsync() == 0) return false;
            found = await link.First.GetAttributeAsync("href") ?? "";
            return found.Length > 0 && found != not;
        }, because: "the message is a dead letter");
        return found;
    }

    /// <summary>Says yes to whatever the page asks from now on.</summary>
    static Task AnswerConfirmsAsync(IPage page) => page.EvaluateAsync("() => { window.confirm = () => true; }");

    async Task PoisonAsync()
    {
        var environment = await File.ReadAllTextAsync($"/proc/{_system.Process("web").Pid}/environ");
        const string Name = "ConnectionStrings__rabbitmq=";
        var broker = environment.Split('\0').Single(line => line.StartsWith(Name, StringComparison.Ordinal))[Name.Length..];
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json" };
        await channel.BasicPublishAsync("", "job", mandatory: true, properties, Encoding.UTF8.GetBytes("poison <b>for a test</b>"));
    }

    /// <summary>A live job of the demo's account, to its end.</summary>
    async Task MakeAsync(string prompt)
    {
        using var client = new HttpClient { BaseAddress = _system.Gateway };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _system.Endpoints.ApiKey);
        var body = new { model = "veo3.1", input = new { prompt, duration_seconds = 8 } };
        using var answer = await client.PostAsJsonAsync("/v1/jobs", body, ApiJson.Options);
        var job = (await answer.Content.ReadFromJsonAsync<JobView>(ApiJson.Options))!;
        var ended = await client.GetFromJsonAsync<JobView>($"/v1/jobs/{job.Id}?wait=60s", ApiJson.Options);
        Assert.That(ended!.Status, Is.EqualTo(JobStatus.Completed));
    }
}
