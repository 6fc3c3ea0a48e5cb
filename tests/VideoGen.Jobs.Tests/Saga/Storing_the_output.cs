using VideoGen.Jobs.Tests.Harness;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Storage.Contracts.Commands;

namespace VideoGen.Jobs.Tests.Saga;

[TestFixture]
public sealed class Storing_the_output
{
    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("storing");

    [OneTimeTearDown]
    public async Task Stop()
    {
        Assert.That(await _app.FaultsAsync(), Is.Empty);
        await _app.DisposeAsync();
    }

    [Test]
    public async Task Dead_links_are_renewed_and_the_job_completes()
    {
        var job = await JobInState.ReachAsync(_app, "Storing");
        for (var round = 1; round <= 3; round++)
        {
            await job.SayAsync(Words.NotIngested(job.Id, round, linkExpired: true));
            await _app.Bus.WaitForAsync<RenewOutputs>(job.Id, round);
            await job.SayAsync(Words.Succeeded(job.Id));
            await _app.Bus.WaitForAsync<IngestOutputs>(job.Id, round + 1);
        }
        await job.SayAsync(Words.Ingested(job.Id));
        await job.EndedAsync("completed");
        Assert.That(_app.Bus.CommandsOf<IngestOutputs>(job.Id).Select(ingest => ingest.Round).Order(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task After_three_renewals_the_job_fails()
    {
        var job = await JobInState.ReachAsync(_app, "Storing");
        for (var round = 1; round <= 3; round++)
        {
            await job.SayAsync(Words.NotIngested(job.Id, round, linkExpired: true));
            await _app.Bus.WaitForAsync<RenewOutputs>(job.Id, round);
            await job.SayAsync(Words.Succeeded(job.Id));
            await _app.Bus.WaitForAsync<IngestOutputs>(job.Id, round + 1);
        }
        await job.SayAsync(Words.NotIngested(job.Id, 4, linkExpired: true));
        await job.EndedAsync("failed", "output_unusable");
        await _app.Bus.WaitForAsync<DiscardOutputs>(job.Id);
    }

    [Test]
    public async Task A_failure_of_storage_is_tried_again()
    {
        var job = await JobInState.ReachAsync(_app, "Storing");
        await job.SayAsync(Words.NotIngested(job.Id, 1, linkExpired: false, "storage_failed"));
        await _app.Bus.WaitForAsync<RenewOutputs>(job.Id);
        await job.SayAsync(Words.Succeeded(job.Id));
        await _app.Bus.WaitForAsync<IngestOutputs>(job.Id, 2);
        await job.SayAsync(Words.Ingested(job.Id));
        await job.EndedAsync("completed");
    }

    [Test]
    public async Task A_useless_file_fails_at_once()
    {
        var job = await JobInState.ReachAsync(_app, "Storing");
        await job.SayAsync(Words.NotIngested(job.Id, 1, linkExpired: false, "output_unusable"));
        await job.EndedAsync("failed", "output_unusable");
        Assert.That(_app.Bus.CommandsOf<RenewOutputs>(job.Id), Is.Empty);
    }

    [Test]
    public async Task A_provider_that_can_t_renew_fails_the_job()
    {
        var job = await JobInState.ReachAsync(_app, "Storing");
        await job.SayAsync(new GenerationFailed(job.Id, Words.AttemptOf(job.Id), "provider_failed", "late and about nothing")); // not awaited: ignored
        await job.SayAsync(Words.NotIngested(job.Id, 1, linkExpired: true));
        await _app.Bus.WaitForAsync<RenewOutputs>(job.Id);
        await job.SayAsync(Words.NotIngested(job.Id, 1, linkExpired: true)); // a repetition: ignored
        await job.SayAsync(new GenerationFailed(job.Id, Words.AttemptOf(job.Id), "provider_lost_job", "The vendor forgot it."));
        await job.EndedAsync("failed", "provider_lost_job");
        Assert.That(_app.Bus.CommandsOf<RenewOutputs>(job.Id), Has.Count.EqualTo(1));
    }
}
