using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Operator;
using VideoGen.Jobs.Statistics;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Statistics;

[TestFixture]
public sealed class Counting_jobs
{
    JobsApplication _app = null!;

    StatisticsStore Store => _app.Services.GetRequiredService<StatisticsStore>();

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("figures");

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task An_account_s_figures_come_from_its_jobs_alone()
    {
        var account = _app.Account(limits: new JobLimits(50, 50, 0));
        await InsertAsync(account, "wan", "completed", daysAgo: 40, waited: 2, ran: 10);
        await InsertAsync(account, "wan", "completed", daysAgo: 2, waited: 4, ran: 20);
        await InsertAsync(account, "wan", "completed", daysAgo: 0, waited: 6, ran: 60);
        await InsertAsync(account, "wan", "failed", daysAgo: 0, waited: 8, ran: 1000);
        await InsertAsync(account, "whisper", "completed", daysAgo: 2, waited: 0, ran: 5);
        await InsertAsync(account, "whisper", "cancelled", daysAgo: 2, waited: null, ran: 3);
        await InsertAsync(account, "wan", "completed", daysAgo: 0, waited: 100, ran: 100, test: true);
        await InsertAsync(_app.Account(), "wan", "completed", daysAgo: 0, waited: 1, ran: 1);

        var live = await FiguresAsync(account, test: false);
        Assert.Multiple(() =>
        {
            Assert.That((live.Total, live.Today, live.LastDay), Is.EqualTo((6, 2, 2)));
            Assert.That(live.Runs, Is.EqualTo(new RunFigures(4, 1, 1, 23.75, 15, 5, 60)));
            Assert.That(live.Queue, Is.EqualTo(new QueueFigures(0, 0, 0, 4)));
            Assert.That(live.Models, Is.EqualTo(new[]
            {
                new ModelFigures("wan", new RunFigures(3, 1, 0, 30, 20, 10, 60)), new ModelFigures("whisper", new RunFigures(1, 0, 1, 5, 5, 5, 5)),
            }));
        });
        Assert.That((await FiguresAsync(account, test: true)).Runs, Is.EqualTo(new RunFigures(1, 0, 0, 100, 100, 100, 100)));
        Assert.That((await FiguresAsync(account, test: null)).Total, Is.EqualTo(7));
    }

    [Test]
    public async Task An_account_without_jobs_has_no_figures()
    {
        var figures = await FiguresAsync(_app.Account(), test: null);
        Assert.That(figures with { Models = [] }, Is.EqualTo(new AccountStatistics(0, 0, 0, RunFigures.None, new QueueFigures(0, 0, 0, null), [])));
        Assert.That(figures.Models, Is.Empty);
    }

    [Test]
    public async Task The_longest_queue_of_the_day_is_remembered()
    {
        var account = _app.Account(limits: new JobLimits(1, 20, 0));
        _app.Bus.KeepSilent();
        var jobs = new List<JobView>();
        for (var n = 0; n < 4; n++) jobs.Add(await account.SubmitAsync());
        Assert.That((await FiguresAsync(account, null)).Queue, Is.EqualTo(new QueueFigures(1, 3, 3, null)).Using<QueueFigures>(IgnoringWait));
        foreach (var job in jobs) (await account.CancelAsync(job.Id)).Dispose();
        await Eventually.ThatAsync(async () => (await QueueAsync(account)).Waiting == 0, because: "the waiting jobs are cancelled");
        Assert.That((await QueueAsync(account)).MostWaitingToday, Is.EqualTo(3));
    }

    [Test]
    public async Task A_new_day_begins_with_the_queue_as_it_is()
    {
        var account = _app.Account(limits: new JobLimits(0, 20, 0));
        var first = await account.SubmitAsync();
        await account.SubmitAsync();
        await _app.Database.ExecuteAsync("update slot_account set most_waiting = 9, most_waiting_on = most_waiting_on - 1 where account_id = $1", account.Id);
        Assert.That((await QueueAsync(account)).MostWaitingToday, Is.EqualTo(2), "nothing has changed today");
        (await account.CancelAsync(first.Id)).Dispose();
        await Eventually.ThatAsync(async () => (await QueueAsync(account)).Waiting == 1, because: "one has left");
        Assert.That((await QueueAsync(account)).MostWaitingToday, Is.EqualTo(2), "they were two at midnight");
    }

    [Test]
    public async Task The_figures_of_a_model_are_those_of_everybody_s_live_jobs()
    {
        var model = $"model-{Guid.NewGuid():n}";
        await InsertAsync(_app.Account(), model, "completed", daysAgo: 3, waited: 1, ran: 10);
        await InsertAsync(_app.Account(), model, "completed", daysAgo: 1, waited: 1, ran: 30);
        await InsertAsync(_app.Account(), model, "failed", daysAgo: 1, waited: 1, ran: 1);
        await InsertAsync(_app.Account(), model, "failed", daysAgo: 1, waited: 1, ran: 1, test: true);
        var store = Store;
        var figures = (await store.OfModelsAsync(CancellationToken.None)).Models.Single(one => one.Model == model);
        Assert.That(figures.Runs, Is.EqualTo(new RunFigures(2, 1, 0, 20, 20, 10, 30)));
        Assert.That((await GetAsync<ModelStatistics>("models")).Models, Is.Not.Empty);
    }

    [Test]
    public async Task The_system_counts_who_waits_who_runs_and_who_was_completed_today()
    {
        var store = Store;
        var before = await store.OfSystemAsync(CancellationToken.None);
        var account = _app.Account(limits: new JobLimits(1, 20, 0));
        _app.Bus.KeepSilent();
        for (var n = 0; n < 3; n++) await account.SubmitAsync();
        await InsertAsync(account, "wan", "completed", daysAgo: 0, waited: 0, ran: 1);
        await InsertAsync(account, "wan", "completed", daysAgo: 2, waited: 0, ran: 1);
        var after = await store.OfSystemAsync(CancellationToken.None);
        Assert.That((after.Pending - before.Pending, after.Processing - before.Processing, after.CompletedToday - before.CompletedToday), Is.EqualTo((2, 1, 1)));
        Assert.That(await GetAsync<SystemStatistics>("system"), Is.Not.Null);
    }

    [Test]
    public async Task Operators_see_what_came_and_what_ended_within_the_hour()
    {
        var store = _app.Services.GetRequiredService<ThroughputStore>();
        var model = $"model-{Guid.NewGuid():n}";
        var account = _app.Account(limits: new JobLimits(1, 20, 0));
        _app.Bus.KeepSilent();
        var before = await store.ReadAsync(CancellationToken.None);
        for (var n = 0; n < 3; n++) await account.SubmitAsync();
        await InsertAsync(account, model, "failed", daysAgo: 0, waited: 0, ran: 0);
        await InsertAsync(account, model, "completed", daysAgo: 0, waited: 2, ran: 10);
        await InsertAsync(account, model, "completed", daysAgo: 0, waited: 4, ran: 30);
        await InsertAsync(account, model, "completed", daysAgo: 0, waited: 100, ran: 100, test: true);
        await InsertAsync(account, model, "completed", daysAgo: 1, waited: 100, ran: 100);
        var after = await store.ReadAsync(CancellationToken.None);
        var latency = after.Models.Single(one => one.Model == model);
        Assert.Multiple(() =>
        {
            Assert.That(after.Minutes, Has.Count.EqualTo(60));
            Assert.That(SumOf(after, minute => minute.Failed) - SumOf(before, minute => minute.Failed), Is.EqualTo(1));
            Assert.That(SumOf(after, minute => minute.Accepted) - SumOf(before, minute => minute.Accepted), Is.GreaterThanOrEqualTo(3));
            Assert.That(CountOf(after, JobStatus.Queued) - CountOf(before, JobStatus.Queued), Is.EqualTo(2));
            Assert.That(after.OldestQueuedAt, Is.LessThanOrEqualTo(after.At));
            Assert.That((latency.Completed, latency.WaitP50, latency.RunP50, latency.RunP95), Is.EqualTo((2, 3d, 20d, 29d)));
            Assert.That(latency.WaitP95, Is.EqualTo(3.9).Within(1e-6));
        });
        var told = await _app.Account(isOperator: true).Client.GetFromJsonAsync<ThroughputView>("/admin/v1/throughput", ApiJson.Options);
        Assert.That(told!.Minutes, Has.Count.EqualTo(60));
        using var others = await _app.Account().Client.GetAsync("/admin/v1/throughput");
        Assert.That((int)others.StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task A_figure_is_kept_for_seconds_and_a_dear_one_for_longer()
    {
        var time = new FakeTimeProvider();
        var figures = new RecentFigures(time);
        var counts = 0;
        Task<string> CountAsync(TimeSpan took) => figures.GetAsync("it", async _ =>
        {
            await Task.Yield();
            time.Advance(took);
            return $"{++counts}";
        }, CancellationToken.None);

        Assert.That(await CountAsync(TimeSpan.Zero), Is.EqualTo("1"));
        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.That(await CountAsync(TimeSpan.Zero), Is.EqualTo("1"));
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(await CountAsync(TimeSpan.FromSeconds(1)), Is.EqualTo("2"));
        time.Advance(TimeSpan.FromSeconds(18.9));
        Assert.That(await CountAsync(TimeSpan.Zero), Is.EqualTo("2"));
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(await CountAsync(TimeSpan.Zero), Is.EqualTo("3"));
    }

    [Test]
    public async Task A_count_that_failed_is_not_kept()
    {
        var figures = new RecentFigures(TimeProvider.System);
        await Assert.ThrowsAsync<InvalidOperationException>(() => figures.GetAsync<string>("it", _ => throw new InvalidOperationException(), CancellationToken.None));
        Assert.That(await figures.GetAsync("it", _ => Task.FromResult("now"), CancellationToken.None), Is.EqualTo("now"));
    }

    static long CountOf(ThroughputView view, string status) => view.Living.SingleOrDefault(state => state.Status == status)?.Jobs ?? 0;

    static long SumOf(ThroughputView view, Func<MinuteFigures, long> figure) => view.Minutes.Sum(figure);

    static bool IgnoringWait(QueueFigures one, QueueFigures other) => one with { AverageWaitSeconds = null } == other with { AverageWaitSeconds = null };

    async Task<QueueFigures> QueueAsync(TestAccount account) =>
        (await Store.OfAccountAsync(account.Id, null, CancellationToken.None)).Queue;

    Task<AccountStatistics> FiguresAsync(TestAccount account, bool? test) =>
        GetAsync<AccountStatistics>($"?account_id={account.Id}{(test is { } only ? $"&test={only}" : "")}");

    async Task<T> GetAsync<T>(string rest)
    {
        using var client = new HttpClient { BaseAddress = new Uri(_app.Address) };
        client.DefaultRequestHeaders.Add(CallerToken.Header, _app.Token(caller: null));
        return (await client.GetFromJsonAsync<T>(rest.StartsWith('?') ? "internal/statistics" + rest : "internal/statistics/" + rest, ApiJson.Options))!;
    }

    /// <summary>A job that ended so many days ago, or an instant ago.</summary>
    Task InsertAsync(TestAccount account, string model, string status, int daysAgo, double? waited, double ran, bool test = false) => _app.Database.ExecuteAsync("""
        insert into job (id, account_id, test, model, kind, input, assets, metadata, priority, status, price, price_version, deadline_seconds, deadline_at,
          output, error_code, created_at, slot_at, ended_at)
        select gen_random_uuid(), $1, $2, $3, 'video', '{}', '[]', '{}', 0, $4, 0, 1, 60, now(), case when $4 = 'completed' then '{}'::json end,
          case when $4 <> 'completed' then 'cancelled' end, at, at + make_interval(secs => $6::float8), at + make_interval(secs => coalesce($6::float8, 0) + $7)
        from (select case when $5 = 0 then now() else date_trunc('day', now(), 'UTC') - make_interval(days => $5) end as at) created
        """, account.Id, test, model, status, daysAgo, waited, ran);
}
