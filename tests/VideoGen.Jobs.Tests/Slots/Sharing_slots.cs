using VideoGen.Accounts.Contracts;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Slots;

[TestFixture]
public sealed class Sharing_slots
{
    JobsApplication _app = null!;

    [SetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("slots");

    [TearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task Never_runs_more_than_the_plan_allows_and_leaks_none()
    {
        const int running = 4;
        var account = _app.Account(limits: new JobLimits(running, 1000, 10));
        await using var second = await _app.AnotherAsync();
        var elsewhere = second.Account(id: account.Id);

        var jobs = await Task.WhenAll(Enumerable.Range(0, 120).Select(i => (i % 2 == 0 ? account : elsewhere).SubmitAsync()));
        await Task.WhenAll(jobs.Select(job => account.EndOfAsync(job.Id)));
        Assert.Multiple(async () =>
        {
            Assert.That(await _app.Database.ScalarAsync<long>("select count(*) from job where status = 'completed'"), Is.EqualTo(120));
            Assert.That(await MostAtOnceAsync(), Is.LessThanOrEqualTo(running));
            Assert.That(await _app.Database.ScalarAsync<int>("select running + waiting from slot_account"), Is.Zero);
            Assert.That(await _app.FaultsAsync(), Is.Empty);
        });
    }

    [Test]
    public async Task Refuses_one_more_than_may_wait_and_lets_its_hold_go()
    {
        _app.Bus.KeepSilent();
        var account = _app.Account(limits: new JobLimits(2, 3, 10));
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => account.PostAsync(new { model = "wan", input = new { prompt = "a cat" } })));
        var refused = answers.Where(answer => (int)answer.StatusCode == 429).ToList();
        Assert.Multiple(async () =>
        {
            Assert.That(answers.Count(answer => (int)answer.StatusCode == 202), Is.EqualTo(5));
            Assert.That(refused, Has.Count.EqualTo(7));
            Assert.That(refused[0].Headers.RetryAfter, Is.Not.Null);
            Assert.That(_app.Others.Holds, Has.Count.EqualTo(5));
            var problem = await TestAccount.ReadAsync<HttpApi.Errors.Problem>(refused[0]);
            Assert.That(problem.Code, Is.EqualTo("queue_full"));
            Assert.That(problem.Facts!.Select(fact => $"{fact.Key} {fact.Value}"), Is.EquivalentTo(new[] { "running_jobs 2", "waiting_jobs 3" }));
            Assert.That(await _app.Database.ScalarAsync<long>("select count(*) from job"), Is.EqualTo(5));
            Assert.That(await _app.FaultsAsync(), Is.Empty);
        });
    }

    [Test]
    public async Task Takes_the_highest_priority_first_and_then_the_oldest()
    {
        _app.Bus.KeepSilent();
        var account = _app.Account(limits: new JobLimits(1, 20, 10));
        var first = await account.SubmitAsync();
        var low = await SubmitAsync(account, 0);
        var high = await SubmitAsync(account, 5);
        var alsoHigh = await SubmitAsync(account, 5);
        var lowToo = await SubmitAsync(account, 0);
        Assert.Multiple(async () =>
        {
            Assert.That((await account.GetAsync(high.Id)).QueuePosition, Is.EqualTo(1));
            Assert.That((await account.GetAsync(alsoHigh.Id)).QueuePosition, Is.EqualTo(2));
            Assert.That((await account.GetAsync(low.Id)).QueuePosition, Is.EqualTo(3));
            Assert.That((await account.GetAsync(lowToo.Id)).QueuePosition, Is.EqualTo(4));
        });
        var order = new List<Guid>();
        for (var (job, left) = (first.Id, 4); left >= 0; left--)
        {
            await account.StatusAsync(job, "starting");
            order.Add(job);
            await _app.Bus.PublishAsync(new GenerationFailed(job, null, "provider_failed", "Next, please."));
            if (left > 0) job = await NextAsync(order);
        }
        Assert.That(order, Is.EqualTo(new[] { first.Id, high.Id, alsoHigh.Id, low.Id, lowToo.Id }));
        await Eventually.ThatAsync(async () => await _app.Database.ScalarAsync<long>("select count(*) from slot") == 0);
    }

    [Test]
    public async Task A_raised_plan_lets_those_who_wait_start_with_the_next_submit()
    {
        _app.Bus.KeepSilent();
        var account = _app.Account(limits: new JobLimits(1, 20, 10));
        for (var i = 0; i < 4; i++) await account.SubmitAsync();
        _app.Others.Limits[account.Id] = new JobLimits(5, 20, 10);
        await account.SubmitAsync();
        await Eventually.ThatAsync(async () => await _app.Database.ScalarAsync<long>("select count(*) from job where status = 'starting'") == 5);
        Assert.That(await _app.FaultsAsync(), Is.Empty);
    }

    [TestCase("update job set assets = '{}' where id = $1", TestName = "A_next_job_that_cannot_be_read_holds_up_no_end(its assets)")]
    [TestCase("update job set script = '7' where id = $1", TestName = "A_next_job_that_cannot_be_read_holds_up_no_end(its script)")]
    [TestCase("update saga set state = '[]' where id = $1", TestName = "A_next_job_that_cannot_be_read_holds_up_no_end(its saga)")]
    public async Task A_next_job_that_cannot_be_read_holds_up_no_end(string damage)
    {
        _app.Bus.KeepSilent();
        var account = _app.Account(limits: new JobLimits(1, 20, 10));
        var first = await account.SubmitAsync();
        await account.StatusAsync(first.Id, "starting");
        var next = await account.SubmitAsync();
        await _app.Database.ExecuteAsync(damage, next.Id);
        await _app.Bus.PublishAsync(new GenerationFailed(first.Id, null, "provider_failed", "Next, please."));
        await account.StatusAsync(first.Id, "failed");
        await Eventually.ThatAsync(
            async () => await _app.Database.ScalarAsync<long>("select count(*) from dead_letter where job_id = $1", next.Id) == 1,
            because: "the other's own message tells what is wrong with it");
    }

    Task<JobView> SubmitAsync(TestAccount account, int priority) =>
        account.SubmitAsync(new { model = "wan", input = new { prompt = "a cat" }, priority });

    async Task<Guid> NextAsync(List<Guid> before)
    {
        Guid? next = null;
        await Eventually.ThatAsync(async () => (next = await _app.Database.ScalarAsync<Guid>(
            "select id from job where status = 'starting' and not (id = any($1))", before.ToArray())) != Guid.Empty);
        return next!.Value;
    }

    /// <summary>From the rows themselves: how many jobs had a slot at the same moment.</summary>
    async Task<long> MostAtOnceAsync() => await _app.Database.ScalarAsync<long>("""
        select max(at_once) from (
          select (select count(*) from job other where other.slot_at <= one.slot_at and other.ended_at > one.slot_at) as at_once from job one) counted
        """);
}
