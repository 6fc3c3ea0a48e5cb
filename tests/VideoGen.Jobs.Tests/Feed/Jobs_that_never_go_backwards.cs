using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using VideoGen.Durability;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Tests.Live;
using VideoGen.Jobs.Tests.Webhooks;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Feed;

/// <summary>
/// Transactions that change the same jobs at once, in orders that chance decides, some of them killed on the way. However they come, who
/// reads the feed, a stream or an endpoint's webhooks sees each job's versions in their order, and page and stream every one of them once.
/// </summary>
[TestFixture]
public sealed class Jobs_that_never_go_backwards() : WebhookFixture("feed_order")
{
    const int JobsOfACase = 3;
    const int EventsOfAJob = 5;

    [Test]
    public Task In_twelve_cases() => RunAsync(12, seed: 8785);

    [Test, Explicit("It takes minutes.")]
    public Task In_a_thousand_cases() => RunAsync(1000, seed: Environment.TickCount);

    /// <summary>Three cases at a time, so that transactions of other accounts are open, too.</summary>
    Task RunAsync(int cases, int seed) => Parallel.ForEachAsync(
        Enumerable.Range(0, cases), new ParallelOptions { MaxDegreeOfParallelism = 3 },
        async (number, _) => await RunAsync(new Random(seed + number), $"case {number} of seed {seed}"));

    async Task RunAsync(Random chance, string name)
    {
        var account = Guid.NewGuid();
        var statuses = Enumerable.Range(0, 400).Select(_ => chance.Next(8) == 0 ? 500 : 200).ToArray();
        var url = Sink.UrlThatAnswers(statuses);
        await RegisterAsync(account, url, "*");
        Guid[] jobs = [.. Enumerable.Range(0, JobsOfACase).Select(_ => Guid.CreateVersion7())];
        foreach (var job in jobs) await App.KeepJobAsync(account, job);

        using var http = App.As(account);
        await using var stream = await EventReader.OpenAsync(http, "/v1/events/stream");
        var pages = PagesAsync(http, chance.Next(1, 6));
        var streamed = StreamAsync(stream);
        var plans = Enumerable.Range(0, JobsOfACase * EventsOfAJob)
            .Select(i => (Job: jobs[i % JobsOfACase], Kills: chance.Next(4) == 0, Waits: chance.Next(3))).ToArray();
        chance.Shuffle(plans);
        await Task.WhenAll(plans.Select(plan => ChangeAsync(account, plan.Job, plan.Kills, plan.Waits)));

        AssertOrder(await pages, whole: true, name + ", pages");
        AssertOrder(await streamed, whole: true, name + ", stream");
        await Eventually.ThatAsync(async () => (await DeliveriesAsync(account, "?limit=100&status=pending")).Count == 0,
            TimeSpan.FromSeconds(30), name + ": every delivery ends");
        AssertOrder([.. Sink.At(url).Select(request => StepOf(request.Body))], whole: false, name + ", webhooks");
    }

    /// <summary>
    /// Changes the job in a transaction that has its number before it waits for the job, as a consumer does; once more when it
    /// was killed.
    /// </summary>
    async Task ChangeAsync(Guid account, Guid job, bool kills, int waits)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync();
        await using (var number = work.Command("select pg_current_xact_id()::text")) await number.ExecuteScalarAsync();
        for (var i = 0; i < waits; i++) await Task.Yield();
        var killed = false;
        try
        {
            await using var change = work.Command("update job set version = version + 1 where id = $1 returning version - 1", job);
            var version = (long)(await change.ExecuteScalarAsync())!;
            var view = Jobs.New(job, version: version);
            var entry = new FeedEntry(EventTypes.Progressed, view, account, WebhookUrl: null, Test: false);
            await scope.ServiceProvider.GetRequiredService<FeedStore>().AppendAsync(work, entry, CancellationToken.None);
            if (kills)
            {
                killed = true;
                await App.Database.ExecuteAsync("select pg_terminate_backend($1)", work.Connection.ProcessID);
            }
            await work.CommitAsync();
        }
        catch (Exception failure) when (killed && failure is NpgsqlException or InvalidOperationException)
        {
            await work.RollbackAsync();
        }
        if (killed) await ChangeAsync(account, job, kills: false, waits: 0);
    }

    static async Task<List<Step>> PagesAsync(HttpClient http, int limit)
    {
        var steps = new List<Step>();
        var after = "";
        await Eventually.ThatAsync(async () =>
        {
            var page = await http.GetJsonAsync($"/v1/events?limit={limit}{after}");
            steps.AddRange(page.GetProperty("data").EnumerateArray().Select(row => StepOf(row.GetProperty("data"))));
            after = "&after=" + page.GetProperty("next_cursor").GetString();
            return steps.Count >= JobsOfACase * EventsOfAJob;
        }, TimeSpan.FromSeconds(60));
        return steps;
    }

    static async Task<List<Step>> StreamAsync(EventReader stream)
    {
        var steps = new List<Step>();
        while (steps.Count < JobsOfACase * EventsOfAJob && await stream.NextEventAsync() is { Body: { } body })
            steps.Add(StepOf(Encoding.UTF8.GetBytes(body)));
        return steps;
    }

    static void AssertOrder(List<Step> steps, bool whole, string name)
    {
        Assert.That(steps.Select(step => step.Job).Distinct().Count(), Is.EqualTo(JobsOfACase), name);
        foreach (var job in steps.GroupBy(step => step.Job))
        {
            var versions = job.Select(step => step.Version).ToList();
            // An endpoint may be told twice, and its last word on a version may be that it failed.
            if (whole) Assert.That(versions, Is.EqualTo(Enumerable.Range(1, EventsOfAJob)), name);
            else Assert.That(versions, Is.Ordered, name);
        }
    }

    static Step StepOf(byte[] body) => StepOf(JsonSerializer.Deserialize<JsonElement>(body).GetProperty("data"));

    static Step StepOf(JsonElement job) => new(job.GetProperty("id").GetGuid(), job.GetProperty("version").GetInt64());

    readonly record struct Step(Guid Job, long Version);
}
