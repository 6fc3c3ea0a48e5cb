using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Storage.Contracts.Commands;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Saga;

[TestFixture]
public sealed class Failing
{
    static readonly string[] AtTheVendor = ["Starting", "Unknown", "Running"];

    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("failing", ("Jobs:Submit:QueueLimit", "00:00:20"));

    [OneTimeTearDown]
    public async Task Stop()
    {
        Assert.That(await _app.FaultsAsync(), Is.Empty);
        await _app.DisposeAsync();
    }

    [TestCaseSource(nameof(AtTheVendor))]
    public async Task At_the_vendor_gives_the_credits_back(string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        await job.SayAsync(new GenerationFailed(job.Id, Words.AttemptOf(job.Id), "content_rejected", "The vendor will not show that."));
        var view = await job.EndedAsync("failed", "content_rejected");
        Assert.Multiple(() =>
        {
            Assert.That(view.Error!.Message, Is.EqualTo("The vendor will not show that."));
            Assert.That(view.Error.CreditsReturned, Is.True);
            Assert.That(view.Credits.Captured, Is.Zero);
            Assert.That(_app.Bus.CommandsOf<ReleaseCredits>(job.Id).Single().Reason, Is.EqualTo("content_rejected"));
        });
    }

    [TestCaseSource(nameof(AtTheVendor))]
    public async Task A_late_success_that_overtakes_the_word_of_the_failure_is_noted_and_not_delivered(string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        await job.SayAsync(Words.Succeeded(job.Id) with { Provider = "acme", Number = 1, IsLate = true });
        await Eventually.ThatAsync(async () =>
            await _app.Database.ScalarAsync<bool>("select late_success is not null from job where id = $1", job.Id));
        Assert.That(await job.SagaStateAsync(), Is.EqualTo(state));
        await job.SayAsync(new GenerationFailed(job.Id, Words.AttemptOf(job.Id), "deadline_exceeded", "The job did not end in time."));
        await job.EndedAsync("failed", "deadline_exceeded");
        Assert.That(_app.Bus.NamesOf(job.Id), Is.EqualTo("ReleaseCredits StartGeneration"));
    }

    [TestCaseSource(nameof(AtTheVendor))]
    public async Task A_cancel_that_nobody_asked_for_is_a_failure(string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        await job.SayAsync(new GenerationCancelled(job.Id, Words.AttemptOf(job.Id)));
        await job.EndedAsync("failed", "provider_failed");
    }

    [TestCaseSource(nameof(AtTheVendor))]
    public async Task Success_without_output_is_a_failure(string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        await job.SayAsync(Words.Succeeded(job.Id) with { Outputs = [] });
        await job.EndedAsync("failed", "output_unusable");
    }

    [TestCaseSource(nameof(AtTheVendor))]
    public async Task Success_goes_on_to_storing_whether_the_start_was_told_or_not(string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        await job.SayAsync(Words.Succeeded(job.Id));
        await _app.Bus.WaitForAsync<IngestOutputs>(job.Id);
        await job.SayAsync(Words.Ingested(job.Id));
        await job.EndedAsync("completed");
    }

    [TestCaseSource(typeof(JobInState), nameof(JobInState.Living))]
    public async Task Without_its_hold_a_job_ends_in_every_state(string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        await job.SayAsync(new HoldLost(job.Id, job.Account.Id));
        if (state == "Cancelling") await job.EndedAsync("cancelled", "cancelled");
        else await job.EndedAsync("failed", "insufficient_credits");
        if (AtTheVendor.Contains(state)) await _app.Bus.WaitForAsync<CancelGeneration>(job.Id);
        if (state == "Storing") await _app.Bus.WaitForAsync<DiscardOutputs>(job.Id);
    }

    [TestCaseSource(typeof(JobInState), nameof(JobInState.Living))]
    public async Task Past_its_deadline_a_job_ends_in_every_state(string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        // What a second's waiting would do to a short deadline, without depending on how fast the states before were passed.
        await _app.Database.ExecuteAsync("update job set deadline_at = deadline_at - interval '1 day' where id = $1", job.Id);
        await _app.Database.ExecuteAsync(
            "update saga set state = jsonb_set(state, '{deadline}', 'null') where id = $1", job.Id);
        if (state == "Cancelling") await job.EndedAsync("cancelled", "cancelled");
        else await job.EndedAsync("failed", "deadline_exceeded");
        if (AtTheVendor.Contains(state)) await _app.Bus.WaitForAsync<CancelGeneration>(job.Id);
        if (state == "Storing") await _app.Bus.WaitForAsync<DiscardOutputs>(job.Id);
    }

    [Test]
    public async Task The_model_s_deadline_counts_from_the_start_and_strikes_by_itself()
    {
        var job = await JobInState.ReachAsync(_app, "Starting", model: "quick");
        await job.EndedAsync("failed", "deadline_exceeded");
        await _app.Bus.WaitForAsync<CancelGeneration>(job.Id);
    }

    [Test]
    public async Task A_deadline_that_has_moved_is_ignored()
    {
        var job = await JobInState.ReachAsync(_app, "Running");
        var before = await _app.Database.ScalarAsync<DateTime>("select created_at from job where id = $1", job.Id);
        await job.SayAsync(new Contracts.Commands.EndOverdueJob(job.Id, job.Account.Id, new DateTimeOffset(before)));
        await job.SayAsync(Words.Progressed(job.Id, 1, 50));
        await Testing.Eventually.ThatAsync(async () => (await job.Account.GetAsync(job.Id)).Progress.Percent == 50);
        Assert.That((await job.Account.GetAsync(job.Id)).Status, Is.EqualTo("running"));
    }

    [Test]
    public async Task A_lost_answer_is_waited_for()
    {
        var job = await JobInState.ReachAsync(_app, "Unknown");
        Assert.That((await job.Account.GetAsync(job.Id)).Status, Is.EqualTo("starting"));
        await job.SayAsync(Words.Started(job.Id));
        await job.StateAsync("Running");
        Assert.That((await job.Account.GetAsync(job.Id)).Status, Is.EqualTo("running"));
    }

    [Test]
    public async Task A_second_vendor_takes_over_and_progress_never_runs_backwards()
    {
        var job = await JobInState.ReachAsync(_app, "Running");
        await job.SayAsync(Words.Progressed(job.Id, 7, 60));
        await Testing.Eventually.ThatAsync(async () => (await job.Account.GetAsync(job.Id)).Progress.Percent == 60);
        var second = Guid.CreateVersion7();
        await job.SayAsync(new GenerationStarted(job.Id, second, 2, "other-vendor", DateTimeOffset.UtcNow));
        await Testing.Eventually.ThatAsync(async () => (await job.Account.GetAsync(job.Id)).Provider == "other-vendor");
        await job.SayAsync(Words.Progressed(job.Id, 8, 99)); // of the first attempt: late
        await job.SayAsync(new GenerationProgressed(job.Id, second, 1, 10, "encoding", "warming up"));
        await Testing.Eventually.ThatAsync(async () => (await job.Account.GetAsync(job.Id)).Progress.Step == "encoding");
        var progress = (await job.Account.GetAsync(job.Id)).Progress;
        Assert.Multiple(() =>
        {
            Assert.That(progress.Percent, Is.EqualTo(60));
            Assert.That(progress.Message, Is.EqualTo("warming up"));
        });
    }

    [Test]
    public async Task A_text_model_completes_without_files()
    {
        var job = await JobInState.ReachAsync(_app, "Running", model: "whisper");
        await job.SayAsync(new GenerationSucceeded(job.Id, Words.AttemptOf(job.Id), "simulator", [], "Hello, world.", OutputsExpireAt: null));
        var view = await job.EndedAsync("completed");
        Assert.Multiple(() =>
        {
            Assert.That(view.Output!.Text, Is.EqualTo("Hello, world."));
            Assert.That(view.Output.Assets, Is.Empty);
            Assert.That(_app.Bus.CommandsOf<IngestOutputs>(job.Id), Is.Empty);
        });
    }
}
