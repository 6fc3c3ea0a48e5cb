using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Faults;

/// <summary>
/// Fifty jobs, and each process of the system killed with -9 once while they run. Afterwards every accepted job has ended
/// exactly once, the credits balance to the unit, and every end has had its webhook.
/// </summary>
[TestFixture]
public sealed class Killing_each_service_while_jobs_run
{
    const int Jobs = 50;
    static readonly string[] Victims = ["jobs", "providers", "accounts", "storage", "gateway"];

    [Test]
    public async Task Loses_nothing_and_repeats_nothing()
    {
        await using var webhooks = await WebhookSink.StartAsync();
        var system = await TheSystemToHurt.GetAsync();
        using var developer = new NativeClient(system.Gateway, system.ApiKey);
        using var admin = new NativeClient(system.Gateway, system.OperatorKey);
        await developer.PostAsync<JsonElement>("/v1/webhooks/endpoints",
            new { url = webhooks.Address + "/hook", events = new[] { "job.completed", "job.failed", "job.cancelled" } });
        var before = await developer.AccountAsync();
        var grant = await admin.PostAsync<JsonElement>($"/admin/v1/accounts/{before.Id}/grants", new { amount = 100_000, reason = "for the test" });
        Assert.That(grant.ValueKind, Is.EqualTo(JsonValueKind.Object));
        before = await developer.AccountAsync();

        var submitting = SubmitAllAsync(developer);
        foreach (var victim in Victims)
        {
            await TheSystem.UntilAsync(async () => await BusyAsync(developer) ? "busy" : null, TimeSpan.FromSeconds(60));
            await system.KillAsync(victim);
        }
        var accepted = await submitting;
        var ended = new List<JobView>();
        foreach (var id in accepted) ended.Add(await Patiently(() => developer.WaitForEndAsync(id, TimeSpan.FromMinutes(4))));

        await AssertMoneyAsync(developer, admin, before, ended);
        await AssertEventsAsync(developer, ended);
        await AssertWebhooksAsync(webhooks, ended);
        Assert.That(ended.Where(job => job.Status != JobStatus.Completed).Select(job => job.Error), Is.Empty);
    }

    /// <summary>Submits as a careful client does: the same Idempotency-Key until an answer came.</summary>
    static async Task<IReadOnlyList<Guid>> SubmitAllAsync(NativeClient developer)
    {
        using var gate = new SemaphoreSlim(5);
        return await Task.WhenAll(Enumerable.Range(0, Jobs).Select(async number =>
        {
            await gate.WaitAsync();
            try
            {
                var key = $"kill-{number}";
                var job = await Patiently(() => developer.SubmitAsync(
                    new { model = "wan2.1", input = new { prompt = $"job {number}", width = 320, height = 256, length = 49, seed = number } }, key));
                return job.Id;
            }
            finally
            {
                gate.Release();
            }
        }));
    }

    static async Task<T> Patiently<T>(Func<Task<T>> call)
    {
        var deadline = DateTimeOffset.UtcNow + TimeSpan.FromMinutes(4);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or IOException && DateTimeOffset.UtcNow < deadline
                && (failure as HttpRequestException)?.StatusCode is null or (global::System.Net.HttpStatusCode)409 or (global::System.Net.HttpStatusCode)429
                    or >= global::System.Net.HttpStatusCode.InternalServerError)
            {
                await Task.Delay(200);
            }
        }
    }

    static async Task<bool> BusyAsync(NativeClient developer)
    {
        var page = await Patiently(() => developer.GetAsync<JsonElement>("/v1/jobs?limit=100"));
        var states = page.GetProperty("data").EnumerateArray().Select(job => job.GetProperty("status").GetString()!).ToList();
        return states.Any(state => !JobStatus.Ends.Contains(state)) && states.Any(state => state == JobStatus.Running || state == JobStatus.Storing);
    }

    static async Task AssertMoneyAsync(NativeClient developer, NativeClient admin, AccountView before, List<JobView> ended)
    {
        var spent = ended.Where(job => job.Status == JobStatus.Completed).Sum(job => job.Credits.Captured);
        var after = await TheSystem.UntilAsync(async () => await developer.AccountAsync() is { Credits.Held: 0 } account ? account : null, TimeSpan.FromSeconds(60));
        var check = await admin.GetAsync<JsonElement>("/admin/v1/ledger/check");
        Assert.Multiple(() =>
        {
            Assert.That(before.Credits.Available - after.Credits.Available, Is.EqualTo(spent));
            Assert.That(check.ToString(), Does.Not.Contain("\"passed\":false"));
        });
    }

    static async Task AssertEventsAsync(NativeClient developer, List<JobView> ended)
    {
        var ends = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await developer.GetAsync<JsonElement>($"/v1/events?limit=100{(cursor is null ? "" : "&after=" + cursor)}");
            ends.AddRange(page.GetProperty("data").EnumerateArray()
                .Where(row => row.GetProperty("type").GetString() is "job.completed" or "job.failed" or "job.cancelled")
                .Select(row => row.GetProperty("data").GetProperty("id").GetGuid()));
            cursor = page.GetProperty("has_more").GetBoolean() ? page.GetProperty("next_cursor").GetString() : null;
        }
        while (cursor is not null);
        Assert.That(ends, Is.EquivalentTo(ended.Select(job => job.Id)), "every job ends once");
    }

    static async Task AssertWebhooksAsync(WebhookSink webhooks, List<JobView> ended)
    {
        var expected = ended.Select(job => job.Id).ToHashSet();
        await TheSystem.UntilAsync(() => expected.IsSubsetOf(webhooks.Received.Select(received => received.JobId)) ? "all" : null, TimeSpan.FromSeconds(90));
        var ids = webhooks.Received.GroupBy(received => received.JobId).Select(group => group.Select(received => received.Id).Distinct().Count());
        Assert.That(ids, Is.All.EqualTo(1), "a repeated delivery keeps its id");
    }
}
