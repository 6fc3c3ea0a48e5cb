using VideoGen.Accounts.Contracts;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Harness;

/// <summary>Leads a job into a state of its saga; nobody but the test answers.</summary>
internal sealed record JobInState(JobsApplication App, TestAccount Account, Guid Id)
{
    public static readonly string[] Living = ["Queued", "Starting", "Unknown", "Running", "Storing", "Cancelling"];
    public static readonly string[] Ended = ["Completed", "Failed", "Cancelled"];

    public static async Task<JobInState> ReachAsync(JobsApplication app, string state, string model = "wan")
    {
        app.Bus.KeepSilent();
        var account = app.Account(limits: state == "Queued" ? new JobLimits(0, 20, 10) : null);
        var id = (await account.SubmitAsync(new { model, input = new { prompt = "a cat" } })).Id;
        var job = new JobInState(app, account, id);
        await job.StateAsync(state == "Queued" ? "Queued" : "Starting");
        await job.GoAsync(state);
        await job.StateAsync(state);
        return job;
    }

    public Task SayAsync(object message) => App.Bus.PublishAsync(message);

    public Task<string?> SagaStateAsync() =>
        App.Database.ScalarAsync<string>("select state ->> 'current_state' from saga where id = $1", Id);

    public Task StateAsync(string state) => Eventually.ThatAsync(async () => await SagaStateAsync() == state, because: $"the saga of {Id} becomes {state}");

    /// <summary>Its one end is as told: row, feed, credits, slot.</summary>
    public async Task<JobView> EndedAsync(string status, string? code = null)
    {
        await StateAsync(status == JobStatus.Completed ? "Completed" : status == JobStatus.Failed ? "Failed" : "Cancelled");
        var settled = status == JobStatus.Completed ? "CaptureCredits" : "ReleaseCredits";
        await Eventually.ThatAsync(() => App.Bus.NamesOf(Id).Contains(settled, StringComparison.Ordinal), because: $"{settled} for {Id}");
        var job = await Account.GetAsync(Id);
        var feed = await App.FeedOfAsync(Id);
        var ends = await App.Database.ScalarAsync<long>(
            "select count(*) from feed_event where job_id = $1 and type in ('job.completed', 'job.failed', 'job.cancelled')", Id);
        var slots = await App.Database.ScalarAsync<long>("select count(*) from slot where job_id = $1", Id);
        Assert.Multiple(() =>
        {
            Assert.That(job.Status, Is.EqualTo(status));
            Assert.That(job.Error?.Code, Is.EqualTo(code));
            Assert.That(job.EndedAt, Is.Not.Null);
            Assert.That(feed, Does.EndWith(status));
            Assert.That(ends, Is.EqualTo(1));
            Assert.That(slots, Is.Zero);
        });
        return job;
    }

    async Task GoAsync(string state)
    {
        switch (state)
        {
            case "Unknown":
                await SayAsync(new GenerationUnknown(Id, Words.AttemptOf(Id)));
                break;
            case "Running":
                await SayAsync(Words.Started(Id));
                break;
            case "Storing":
                await SayAsync(Words.Succeeded(Id));
                break;
            case "Cancelling":
                (await Account.CancelAsync(Id)).Dispose();
                break;
            case "Completed":
                await SayAsync(Words.Succeeded(Id));
                await StateAsync("Storing");
                await SayAsync(Words.Ingested(Id));
                break;
            case "Failed":
                await SayAsync(new GenerationFailed(Id, Words.AttemptOf(Id), "provider_failed", "It broke."));
                break;
            case "Cancelled":
                (await Account.CancelAsync(Id)).Dispose();
                await App.Bus.WaitForAsync<CancelGeneration>(Id);
                await SayAsync(new GenerationCancelled(Id, Words.AttemptOf(Id)));
                break;
        }
    }
}
