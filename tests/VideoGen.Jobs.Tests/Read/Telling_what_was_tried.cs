using System.Net;
using System.Net.Http.Json;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Read;

/// <summary>What a job, its receipt and the operator's margins say of attempts and of money.</summary>
[TestFixture]
public sealed class Telling_what_was_tried
{
    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _app = await JobsApplication.StartAsync("tried", ("Jobs:Margins:UsdPerCredit", "0.01"));
        _app.Bus.KeepSilent();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task A_job_and_its_receipt_tell_of_the_routes_that_were_tried()
    {
        var job = await JobInState.ReachAsync(_app, "Starting");
        using var before = await job.Account.Client.GetAsync($"/v1/jobs/{job.Id}");
        var now = DateTimeOffset.UtcNow;
        await job.SayAsync(new AttemptEnded(
            job.Id, Guid.CreateVersion7(), 1, "acme", "refused", "provider_unavailable", "The provider is down.", now, now));
        var quota = new AttemptEnded(
            job.Id, Guid.CreateVersion7(), 2, "other", "refused", "provider_unavailable",
            "The provider does not accept jobs at present.", now, now);
        await job.SayAsync(quota);
        await job.SayAsync(quota);
        await Eventually.ThatAsync(async () => (await job.Account.GetAsync(job.Id)).Attempts!.Count == 2);
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{job.Id}");
        again.Headers.IfNoneMatch.Add(before.Headers.ETag!);
        using var noticed = await job.Account.Client.SendAsync(again);
        Assert.That(noticed.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        await job.SayAsync(new GenerationStarted(job.Id, Words.AttemptOf(job.Id), 3, "third", now));
        await job.StateAsync("Running");
        Assert.That((await job.Account.GetAsync(job.Id)).Attempts![^1].Outcome, Is.EqualTo("running"));
        await job.SayAsync(Words.Succeeded(job.Id) with { Provider = "third" });
        await job.StateAsync("Storing");
        await job.SayAsync(Words.Ingested(job.Id));
        var done = await job.EndedAsync(JobStatus.Completed);
        Assert.That(done.Attempts!.Select(one => (one.Number, one.Provider, one.Outcome, one.Chosen)), Is.EqualTo(new[]
        {
            (1, "acme", "refused", "It is the first provider of the model."),
            (2, "other", "refused", "It comes after acme: The provider is down."),
            (3, "third", "succeeded", "It comes after other: The provider does not accept jobs at present."),
        }));

        var receipt = await job.Account.Client.GetFromJsonAsync<JobReceipt>($"/v1/jobs/{job.Id}/receipt", ApiJson.Options);
        Assert.That((receipt!.Quoted, receipt.Held, receipt.Captured, receipt.Released), Is.EqualTo((10, 0, 10, 0)));
        Assert.That(receipt.Price.Text, Is.EqualTo(
            "10 credits by version 3 of the price of wan: 10 for each 81 frames, of which there are 1, at least 10."));
        Assert.That(receipt.Lines.Select(line => $"{line.Kind} {line.Credits}: {line.Text}"), Is.EqualTo(new[]
        {
            "hold 10: 10 credits were set aside when the job was made.",
            "attempt 0: Attempt 1, acme: The provider is down. Nothing is taken for it.",
            "attempt 0: Attempt 2, other: The provider does not accept jobs at present. Nothing is taken for it.",
            "attempt 0: Attempt 3, third: made the result.",
            "capture 10: 10 credits were taken: the result was made and stored.",
        }));
        using var foreign = await _app.Account().Client.GetAsync($"/v1/jobs/{job.Id}/receipt");
        Assert.That(foreign.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_failed_jobs_receipt_says_why_the_credits_came_back()
    {
        var job = await JobInState.ReachAsync(_app, "Failed");
        var receipt = await job.Account.Client.GetFromJsonAsync<JobReceipt>($"/v1/jobs/{job.Id}/receipt", ApiJson.Options);
        Assert.That((receipt!.Held, receipt.Captured, receipt.Released), Is.EqualTo((0, 0, 10)));
        Assert.That(receipt.Lines[^1].Text, Is.EqualTo("10 credits were given back: It broke."));
    }

    [Test]
    public async Task Margins_are_what_was_earned_beside_what_it_cost()
    {
        var job = await JobInState.ReachAsync(_app, "Storing");
        await job.SayAsync(Words.Ingested(job.Id));
        await job.EndedAsync(JobStatus.Completed);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        _app.Others.Costs.Enqueue(new Providers.Contracts.VendorCost("wan", "elsewhere", today, 4, 1.25m, 1));
        var operators = _app.Account(isOperator: true);
        var margins = await operators.Client.GetFromJsonAsync<MarginsView>("/admin/v1/margins?by=model,route", ApiJson.Options);
        var spent = margins!.Margins.Single(one => one.Route == "elsewhere");
        Assert.That((spent.Model, spent.Day, spent.Figures), Is.EqualTo(
            ("wan", (DateOnly?)null, new MarginSum(0, 0, 4, 1.25m, 1, -1.25m))));
        var earned = margins.Margins.Where(one => one.Figures.Credits > 0).ToList();
        Assert.That(earned, Is.Not.Empty);
        Assert.That(margins.Total, Is.EqualTo(new MarginSum(
            earned.Sum(one => one.Figures.Jobs), earned.Sum(one => one.Figures.Credits), 4, 1.25m, 1,
            (earned.Sum(one => one.Figures.Credits) * 0.01m) - 1.25m)));
        using var customer = await job.Account.Client.GetAsync("/admin/v1/margins");
        using var wrong = await operators.Client.GetAsync("/admin/v1/margins?from=2026-13-01");
        using var reversed = await operators.Client.GetAsync("/admin/v1/margins?from=2026-02-01&to=2026-01-01");
        Assert.That(new[] { customer, wrong, reversed }.Select(answer => (int)answer.StatusCode), Is.EqualTo(new[] { 404, 400, 400 }));
    }
}
