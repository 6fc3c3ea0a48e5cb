using System.Net;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Storage.Contracts.Commands;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Saga;

[TestFixture]
public sealed class Cancelling
{
    static readonly string[] AtTheVendor = ["Starting", "Unknown", "Running"];
    static readonly string[] Elsewhere = ["Queued", "Storing"];

    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("cancelling");

    [OneTimeTearDown]
    public async Task Stop()
    {
        Assert.That(await _app.FaultsAsync(), Is.Empty);
        await _app.DisposeAsync();
    }

    [TestCaseSource(nameof(AtTheVendor))]
    public async Task At_the_vendor_waits_for_its_word(string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        using var answer = await job.Account.CancelAsync(job.Id);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await TestAccount.ReadAsync<JobView>(answer)).Status, Is.EqualTo("cancelling"));
        await _app.Bus.WaitForAsync<CancelGeneration>(job.Id);
        await job.SayAsync(Words.Progressed(job.Id, 1, 30));
        await job.SayAsync(new GenerationCancelled(job.Id, Words.AttemptOf(job.Id)));
        var view = await job.EndedAsync("cancelled", "cancelled");
        Assert.That(view.Error!.CreditsReturned, Is.True);
    }

    [TestCaseSource(nameof(Elsewhere))]
    public async Task Where_no_vendor_is_at_work_it_ends_at_once(string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        using var answer = await job.Account.CancelAsync(job.Id);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        await job.EndedAsync("cancelled", "cancelled");
        if (state == "Storing") await _app.Bus.WaitForAsync<DiscardOutputs>(job.Id);
        Assert.That(_app.Bus.CommandsOf<CancelGeneration>(job.Id), Is.Empty);
    }

    [Test]
    public async Task Again_changes_nothing()
    {
        var job = await JobInState.ReachAsync(_app, "Running");
        using var first = await job.Account.CancelAsync(job.Id);
        using var second = await job.Account.CancelAsync(job.Id);
        await _app.Bus.WaitForAsync<CancelGeneration>(job.Id);
        await job.SayAsync(new GenerationCancelled(job.Id, Words.AttemptOf(job.Id)));
        await job.EndedAsync("cancelled", "cancelled");
        using var third = await job.Account.CancelAsync(job.Id);
        Assert.Multiple(() =>
        {
            Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(third.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(_app.Bus.CommandsOf<CancelGeneration>(job.Id), Has.Count.EqualTo(1));
        });
    }

    [TestCase("Completed")]
    [TestCase("Failed")]
    public async Task An_ended_job_is_refused(string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        using var answer = await job.Account.CancelAsync(job.Id);
        Assert.That((int)answer.StatusCode, Is.EqualTo(409));
        Assert.That((await TestAccount.ReadAsync<HttpApi.Errors.Problem>(answer)).Code, Is.EqualTo("job_not_cancellable"));
    }

    [Test]
    public async Task A_success_that_comes_too_late_is_noted_and_not_charged()
    {
        var job = await JobInState.ReachAsync(_app, "Cancelling");
        await job.SayAsync(Words.Succeeded(job.Id));
        await job.EndedAsync("cancelled", "cancelled");
        var late = await _app.Database.ScalarAsync<string>("select late_success::text from job where id = $1", job.Id);
        Assert.Multiple(() =>
        {
            Assert.That(late, Does.Contain("simulator"));
            Assert.That(_app.Bus.NamesOf(job.Id), Is.EqualTo("CancelGeneration ReleaseCredits StartGeneration"));
        });
    }

    [Test]
    public async Task Answers_with_what_a_read_shows()
    {
        var job = await JobInState.ReachAsync(_app, "Running");
        var now = DateTimeOffset.UtcNow;
        await job.SayAsync(new AttemptEnded(
            job.Id, Guid.CreateVersion7(), 1, "acme", "refused", "provider_unavailable", "The provider is down.", now, now));
        await Eventually.ThatAsync(async () => (await job.Account.GetAsync(job.Id)).Attempts!.Count == 2);
        using var answer = await job.Account.CancelAsync(job.Id);
        var cancelling = await TestAccount.ReadAsync<JobView>(answer);
        Assert.That(cancelling.Attempts!.Select(one => $"{one.Provider} {one.Outcome}"),
            Is.EqualTo(new[] { "acme refused", "simulator running" }));
        await _app.Bus.WaitForAsync<CancelGeneration>(job.Id);
        using var read = await job.Account.Client.GetAsync($"/v1/jobs/{job.Id}");
        using var again = await job.Account.CancelAsync(job.Id);
        Assert.That(await again.Content.ReadAsStringAsync(), Is.EqualTo(await read.Content.ReadAsStringAsync()));
        await job.SayAsync(new GenerationCancelled(job.Id, Words.AttemptOf(job.Id)));
        await job.EndedAsync("cancelled", "cancelled");
    }

    [Test]
    public async Task A_vendor_that_failed_meanwhile_ends_it_as_cancelled()
    {
        var job = await JobInState.ReachAsync(_app, "Cancelling");
        await job.SayAsync(new GenerationFailed(job.Id, Words.AttemptOf(job.Id), "provider_failed", "It broke."));
        await job.EndedAsync("cancelled", "cancelled");
    }

    [Test]
    public async Task Files_stored_after_the_end_are_discarded()
    {
        var job = await JobInState.ReachAsync(_app, "Storing");
        (await job.Account.CancelAsync(job.Id)).Dispose();
        await job.EndedAsync("cancelled", "cancelled");
        await _app.Bus.WaitForAsync<DiscardOutputs>(job.Id, 1);
        await job.SayAsync(Words.Ingested(job.Id));
        await _app.Bus.WaitForAsync<DiscardOutputs>(job.Id, 2);
        Assert.That(_app.Bus.CommandsOf<CaptureCredits>(job.Id), Is.Empty);
    }

    [TestCaseSource(typeof(JobInState), nameof(JobInState.Living))]
    public async Task Deleting_hides_the_job_and_ends_it(string state)
    {
        var job = await JobInState.ReachAsync(_app, state);
        using var deleted = await job.Account.Client.DeleteAsync($"/v1/jobs/{job.Id}");
        using var read = await job.Account.Client.GetAsync($"/v1/jobs/{job.Id}");
        using var again = await job.Account.Client.DeleteAsync($"/v1/jobs/{job.Id}");
        if (state is "Starting" or "Unknown" or "Running" or "Cancelling")
        {
            await _app.Bus.WaitForAsync<CancelGeneration>(job.Id);
            await job.SayAsync(new GenerationCancelled(job.Id, Words.AttemptOf(job.Id)));
        }
        await job.StateAsync("Cancelled");
        await _app.Bus.WaitForAsync<ReleaseCredits>(job.Id);
        Assert.Multiple(() =>
        {
            Assert.That(deleted.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(read.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    [Test]
    public async Task Deleting_a_completed_job_discards_its_files()
    {
        var job = await JobInState.ReachAsync(_app, "Completed");
        using var deleted = await job.Account.Client.DeleteAsync($"/v1/jobs/{job.Id}");
        await _app.Bus.WaitForAsync<DiscardOutputs>(job.Id);
        Assert.That((int)deleted.StatusCode, Is.EqualTo(204));
    }

    [Test]
    public async Task Deleting_a_completed_job_keeps_its_files_when_asked_to()
    {
        var job = await JobInState.ReachAsync(_app, "Completed");
        var other = await JobInState.ReachAsync(_app, "Completed");
        using var nonsense = await job.Account.Client.DeleteAsync($"/v1/jobs/{job.Id}?keep_files=yes");
        using var deleted = await job.Account.Client.DeleteAsync($"/v1/jobs/{job.Id}?keep_files=true");
        using var read = await job.Account.Client.GetAsync($"/v1/jobs/{job.Id}");
        using var otherDeleted = await other.Account.Client.DeleteAsync($"/v1/jobs/{other.Id}?keep_files=false");
        // The outbox sends in order: what the second deletion says comes after whatever the first would have said.
        await _app.Bus.WaitForAsync<DiscardOutputs>(other.Id);
        Assert.Multiple(() =>
        {
            Assert.That((int)nonsense.StatusCode, Is.EqualTo(400));
            Assert.That((int)deleted.StatusCode, Is.EqualTo(204));
            Assert.That((int)read.StatusCode, Is.EqualTo(404));
            Assert.That(_app.Bus.CommandsOf<DiscardOutputs>(job.Id), Is.Empty);
        });
    }

    [Test]
    public async Task A_job_that_completes_in_spite_of_its_deletion_is_discarded()
    {
        var job = await JobInState.ReachAsync(_app, "Storing");
        // As if the deletion committed while the saga was already at work on the last message: its own command comes too late.
        await _app.Database.ExecuteAsync("update job set deleted_at = now() where id = $1", job.Id);
        await job.SayAsync(Words.Ingested(job.Id));
        await job.StateAsync("Completed");
        await _app.Bus.WaitForAsync<DiscardOutputs>(job.Id);
        await Eventually.ThatAsync(() => _app.Bus.CommandsOf<CaptureCredits>(job.Id).Count == 1);
    }
}
