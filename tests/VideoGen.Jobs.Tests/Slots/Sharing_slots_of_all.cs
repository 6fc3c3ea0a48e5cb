using VideoGen.Accounts.Contracts;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Providers.Contracts.Events;

namespace VideoGen.Jobs.Tests.Slots;

[TestFixture]
public sealed class Sharing_slots_of_all
{
    JobsApplication _app = null!;

    [SetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("total", ("Jobs:Slots:MaxRunning", "2"));

    [TearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task Keeps_the_global_limit_whatever_the_plans_say()
    {
        var accounts = Enumerable.Range(0, 5).Select(_ => _app.Account(limits: new JobLimits(10, 100, 0))).ToList();
        var jobs = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i => (Account: accounts[i % 5], Job: await accounts[i % 5].SubmitAsync())));
        await Task.WhenAll(jobs.Select(job => job.Account.EndOfAsync(job.Job.Id)));
        var most = await _app.Database.ScalarAsync<long>("""
            select max(at_once) from (
              select (select count(*) from job other where other.slot_at <= one.slot_at and other.ended_at > one.slot_at) as at_once from job one) counted
            """);
        Assert.Multiple(async () =>
        {
            Assert.That(most, Is.LessThanOrEqualTo(2));
            Assert.That(await _app.Database.ScalarAsync<long>("select sum(running + waiting)::bigint from slot_account"), Is.Zero);
            Assert.That(await _app.FaultsAsync(), Is.Empty);
        });
    }

    [Test]
    public async Task Serves_the_account_that_has_least_before_the_one_that_came_first()
    {
        _app.Bus.KeepSilent();
        var (greedy, modest) = (_app.Account(limits: new JobLimits(10, 100, 0)), _app.Account(limits: new JobLimits(10, 100, 0)));
        var first = await greedy.SubmitAsync();
        await greedy.SubmitAsync();
        var third = await greedy.SubmitAsync();
        var late = await modest.SubmitAsync();
        await greedy.StatusAsync(first.Id, "starting");

        await _app.Bus.PublishAsync(new GenerationFailed(first.Id, null, "provider_failed", "Next, please."));
        await modest.StatusAsync(late.Id, "starting");
        Assert.That((await greedy.GetAsync(third.Id)).Status, Is.EqualTo("queued"));
    }
}
