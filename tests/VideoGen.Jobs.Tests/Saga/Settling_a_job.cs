using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Contracts.Commands;
using VideoGen.Jobs.Tests.Harness;

namespace VideoGen.Jobs.Tests.Saga;

/// <summary>Between the last byte and the end the price is captured: who sees a completed job sees it in the account.</summary>
[TestFixture]
public sealed class Settling_a_job
{
    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("settling");

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [SetUp]
    public void AccountsIsSilent() => _app.Bus.Captures = false;

    [Test]
    public async Task Completes_when_Accounts_has_captured_and_not_before()
    {
        var job = await ReachAsync();
        var meanwhile = await job.Account.GetAsync(job.Id);
        await job.SayAsync(new CreditsCaptured(job.Id, job.Account.Id));
        var ended = await job.EndedAsync(JobStatus.Completed);
        Assert.That((meanwhile.Status, meanwhile.Output is null, ended.Credits.Captured), Is.EqualTo((JobStatus.Storing, true, 10)));
    }

    [Test]
    public async Task Completes_all_the_same_when_Accounts_is_away_for_too_long()
    {
        var job = await ReachAsync();
        await _app.Database.ExecuteAsync("update job set deadline_at = now() - interval '1 second' where id = $1", job.Id);
        await job.SayAsync(new EndOverdueJob(job.Id, job.Account.Id, DateTimeOffset.UtcNow.AddMinutes(1)));
        await job.EndedAsync(JobStatus.Completed);
        Assert.That(_app.Bus.CommandsOf<CaptureCredits>(job.Id), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Is_not_stopped_by_a_cancel_that_comes_now()
    {
        var job = await ReachAsync();
        (await job.Account.CancelAsync(job.Id)).Dispose();
        await job.SayAsync(new HoldLost(job.Id, job.Account.Id));
        await job.SayAsync(new CreditsCaptured(job.Id, job.Account.Id));
        await job.EndedAsync(JobStatus.Completed);
        Assert.That(_app.Bus.CommandsOf<ReleaseCredits>(job.Id), Is.Empty);
    }

    async Task<JobInState> ReachAsync()
    {
        var job = await JobInState.ReachAsync(_app, "Storing");
        await job.SayAsync(Words.Ingested(job.Id));
        await job.StateAsync("Settling");
        await _app.Bus.WaitForAsync<CaptureCredits>(job.Id);
        return job;
    }
}
