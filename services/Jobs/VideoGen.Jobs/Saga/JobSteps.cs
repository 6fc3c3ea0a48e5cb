using System.Text.Json;
using MassTransit;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Contracts.Commands;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Read;
using VideoGen.Jobs.Slots;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Storage.Contracts.Commands;

namespace VideoGen.Jobs.Saga;

/// <summary>
/// What the state machine does to a job: its row, its slot, its feed and its messages, in the transaction at hand. A job whose
/// row says that it has ended is left alone, whatever a saga believes: the row is the truth.
/// </summary>
internal sealed class JobSteps(
    UnitOfWork work, JobStore jobs, SlotStore slots, ISagas<JobSaga> sagas, FeedStore feed, JobViews views, TimeProvider time)
{
    /// <summary>Links in an event live long enough for a subscriber that was away for days.</summary>
    static readonly TimeSpan EventLinks = TimeSpan.FromDays(7);

    public async Task<DateTimeOffset?> QueueDeadlineAsync(Guid jobId, CancellationToken ct) => (await jobs.FindAsync(work, jobId, ct))?.DeadlineAt;

    /// <summary>Begins the saga of a new job, in the job's own transaction, and starts whatever was given a slot with it.</summary>
    public async Task BeginAsync(JobRow job, SlotEntry entry, IPublishEndpoint bus, CancellationToken ct)
    {
        await sagas.InsertAsync(new JobSaga
        {
            CorrelationId = job.Id,
            CurrentState = entry.HasSlot ? nameof(JobStateMachine.Starting) : nameof(JobStateMachine.Queued),
            Deadline = entry.HasSlot ? await StartAsync(job.Id, bus, ct) : job.DeadlineAt,
        }, ct);
        await StartGrantedAsync(entry.Grants.Where(grant => grant.JobId != job.Id), bus, ct);
    }

    public async Task<DateTimeOffset?> StartAsync(Guid jobId, IPublishEndpoint bus, CancellationToken ct)
    {
        if (await jobs.StartAsync(work, jobId, ct) is not { } job) return null;
        await bus.Publish(new StartGeneration(
            job.Id, job.AccountId, job.Model, Json<JsonElement>(job.Input), Json<List<GenerationAsset>>(job.Assets), job.IsSimulated,
            job.Script is null ? null : Json<SimulatorScript>(job.Script), job.DeadlineAt), ct);
        return job.DeadlineAt;
    }

    public async Task RunningAsync(Guid jobId, Guid attemptId, string provider, string? chosen, CancellationToken ct) =>
        await TellAsync(EventTypes.Started, await jobs.RunningAsync(work, jobId, attemptId, provider, chosen, ct), ct);

    public async Task ProgressAsync(GenerationProgressed news, CancellationToken ct) =>
        await TellAsync(EventTypes.Progressed,
            await jobs.ProgressAsync(work, news.JobId, Math.Clamp(news.Percent, 0, 100), news.Step, news.Message, ct), ct);

    public async Task StoringAsync(GenerationSucceeded made, int round, IPublishEndpoint bus, CancellationToken ct)
    {
        if (await jobs.StoringAsync(work, made.JobId, made.AttemptId, made.Provider, ct) is not { } job) return;
        await bus.Publish(new IngestOutputs(job.Id, job.AccountId, made.AttemptId, round,
            [.. made.Outputs.Select(output => new OutputSource(output.Kind, output.Url, output.Inline, output.MediaType))],
            job.RetentionDays, job.Test), ct);
        await TellAsync(EventTypes.Progressed, job, ct);
    }

    public async Task<DateTimeOffset?> CancelAsync(Guid jobId, IPublishEndpoint bus, CancellationToken ct)
    {
        if (await jobs.CancellingAsync(work, jobId, ct) is not { } job) return null;
        await bus.Publish(new CancelGeneration(jobId, "The customer cancelled the job."), ct);
        return job.DeadlineAt;
    }

    /// <summary>The job is made: has its price captured, or completes it at once where there is none.</summary>
    public async Task SettleAsync(JobSaga saga, StoredOutput output, string? provider, IPublishEndpoint bus, CancellationToken ct)
    {
        (saga.Output, saga.Provider) = (JsonSerializer.Serialize(output, ApiJson.Options), provider);
        if (await jobs.SettlingAsync(work, saga.CorrelationId, ct) is not { } job)
        {
            await CompleteAsync(saga, bus, ct);
            return;
        }
        saga.Deadline = job.DeadlineAt;
        await bus.Publish(new CaptureCredits(job.Id, job.AccountId, job.Price), ct);
    }

    public async Task CompleteAsync(JobSaga saga, IPublishEndpoint bus, CancellationToken ct)
    {
        var (output, provider) = (saga.Output!, saga.Provider);
        (saga.Output, saga.Provider) = (null, null);
        if (await jobs.CompleteAsync(work, saga.CorrelationId, output, provider, ct) is not { } job) return;
        await TellAsync(EventTypes.Completed, job, ct);
        if (job.DeletedAt is not null) await bus.Publish(new DiscardOutputs(job.Id, job.AccountId), ct);
        await LeaveSlotAsync(job, bus, ct);
    }

    public async Task EndAsync(Guid jobId, string status, string code, string message, IPublishEndpoint bus, CancellationToken ct)
    {
        var known = ErrorCodes.Find(code).Code;
        if (await jobs.EndAsync(work, jobId, status, known, message, ct) is not { } job) return;
        await TellAsync(status == JobStatus.Failed ? EventTypes.Failed : EventTypes.Cancelled, job, ct);
        if (job.Price > 0) await bus.Publish(new ReleaseCredits(job.Id, job.AccountId, known), ct);
        await LeaveSlotAsync(job, bus, ct);
    }

    public Task LateSuccessAsync(GenerationSucceeded made, CancellationToken ct) => jobs.LateSuccessAsync(work, made.JobId, JsonSerializer.Serialize(
        new { made.AttemptId, made.Provider, Outputs = made.Outputs.Select(output => new { output.Kind, output.Url, output.MediaType }) }, ApiJson.Options), ct);

    public async Task DiscardAsync(Guid jobId, IPublishEndpoint bus, CancellationToken ct)
    {
        if (await jobs.FindAsync(work, jobId, ct) is { } job) await bus.Publish(new DiscardOutputs(job.Id, job.AccountId), ct);
    }

    /// <summary>Last of all, because it locks the account's queue until the commit.</summary>
    async Task LeaveSlotAsync(JobRow job, IPublishEndpoint bus, CancellationToken ct)
    {
        await StartGrantedAsync(await slots.LeaveAsync(work, job.AccountId, job.Id, ct), bus, ct);
    }

    /// <summary>
    /// Starts the jobs that were given a slot: at once where their sagas wait and nobody else is at them, else by a message. The try for a saga
    /// never waits, so that no two transactions wait for each other's job and queue.
    /// </summary>
    public async Task StartGrantedAsync(IEnumerable<SlotGrant> grants, IPublishEndpoint bus, CancellationToken ct)
    {
        foreach (var grant in grants)
            if (!await StartsHereAsync(grant.JobId, bus, ct)) await bus.Publish(new UseSlot(grant.JobId, grant.AccountId), ct);
    }

    /// <summary>
    /// False when it is for a message of its own; so is a job that can't be read, for it must not hold up the one that made room for it.
    /// </summary>
    async Task<bool> StartsHereAsync(Guid jobId, IPublishEndpoint bus, CancellationToken ct)
    {
        try
        {
            if (await sagas.TryTakeAsync(jobId, ct) is not { CurrentState: nameof(JobStateMachine.Queued) } saga) return false;
            (saga.CurrentState, saga.Deadline) = (nameof(JobStateMachine.Starting), await StartAsync(jobId, bus, ct));
            await sagas.UpdateAsync(saga, ct);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    Task TellAsync(string type, JobRow? job, CancellationToken ct) => job is null
        ? Task.CompletedTask
        : feed.AppendAsync(work, new FeedEntry(type, views.Of(job, time.GetUtcNow(), EventLinks), job.AccountId, job.WebhookUrl, job.Test), ct);

    static T Json<T>(string text) => JsonSerializer.Deserialize<T>(text, ApiJson.Options)!;
}
