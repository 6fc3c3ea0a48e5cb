using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Options;
using VideoGen.Accounts.Contracts;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Quotes;
using VideoGen.Jobs.Read;
using VideoGen.Jobs.Saga;
using VideoGen.Jobs.Slots;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Telemetry;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Makes a job: check and price, hold the credits, then one transaction with everything the job consists of.
/// <para>
/// A crash before the commit leaves a marker and a hold, which whoever finds the marker gives back (<see
/// cref="IdempotencyStore"/>); a crash after it
/// loses nothing, for the saga and its first message were written with the job. No transaction is open while another
/// service is asked.
/// </para>
/// </summary>
internal sealed class JobSubmit(
    JobDrafts drafts, HoldsClient holds, UnitOfWork work, SubmitStore jobs, SlotStore slots, IdempotencyStore keys, FeedStore feed, JobViews views,
    ExpectedDurations durations, JobSteps steps, IPublishEndpoint bus, IOptions<SubmitOptions> options, TimeProvider time)
{
    static readonly TimeSpan EventLinks = TimeSpan.FromDays(7);

    /// <param name="caller">Whose job it is.</param>
    /// <param name="ask">The body, taken apart.</param>
    /// <param name="faults">What was wrong with the body so far.</param>
    /// <param name="ticket">The idempotency key in hand, if there is one; takes what is to be put back when no job comes of it.</param>
    public async Task<SubmitOutcome> RunAsync(Caller caller, SubmitJob ask, Faults faults, SubmitTicket ticket, CancellationToken ct)
    {
        var linkSeconds = (int)options.Value.QueueLimit.TotalSeconds + 3600;
        var (draft, refusal) = await drafts.MakeAsync(caller.MakesIn, ask.Model, ask.Input, linkSeconds, fetch: true, faults, ct);
        if (draft is null) return new SubmitOutcome.Refused(refusal!);

        var expected = await durations.OfAsync(draft.Model, ct);
        var price = caller.Test ? 0 : draft.Credits;
        // What holds nothing leaves nothing behind.
        if (price > 0) ticket.Claim ??= await keys.ClaimAsync(IdempotencyKey.Own(caller.AccountId), ct) as IdempotencyClaim.Owned;
        var jobId = ticket.Claim?.JobId ?? Guid.CreateVersion7();
        JobTrace.Mark(jobId);
        ticket.MayHold = price > 0;
        var (held, poor) = await holds.HoldAsync(jobId, new HoldRequest(caller.AccountId, price, (int)options.Value.HoldLifetime.TotalSeconds, draft.Model.Slug), ct);
        if (held is null)
        {
            ticket.MayHold &= poor!.Problem.Code != ErrorCodes.InsufficientCredits.Code;
            return new SubmitOutcome.Refused(draft.Replaces is { } asked ? RetiredModels.Naming(poor!, asked, draft.Model) : poor!);
        }

        var outcome = ask.Priority > held.Limits.MaxPriority
            ? new SubmitOutcome.Refused(Problems.OfField("priority", $"must be at most {held.Limits.MaxPriority} in your plan"))
            : await CommitAsync(JobOf(jobId, price, caller, ask, draft, expected), held.Limits, ticket.Claim, ct);
        if (outcome is not SubmitOutcome.Accepted) ticket.MayHold &= !await holds.ReleaseAsync(jobId, caller.AccountId, ct);
        return outcome;
    }

    NewJob JobOf(Guid jobId, long price, Caller caller, SubmitJob ask, JobDraft draft, ExpectedSeconds expected) => new(
        jobId, caller.AccountId, caller.UserId, caller.KeyId, caller.Test, draft.Model.Slug, draft.Kind, draft.Input.ToJsonString(ApiJson.Options),
        Json(draft.Assets), ask.Simulate is null ? null : Json(ask.Simulate), Json(ask.Metadata ?? new Dictionary<string, string>()), ask.WebhookUrl,
        ask.Priority ?? 0, price, draft.Model.Price.Version, draft.Model.DeadlineSeconds, options.Value.QueueLimit,
        expected.P50, caller.RetentionDays);

    async Task<SubmitOutcome> CommitAsync(NewJob job, JobLimits limits, IdempotencyClaim.Owned? claim, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var row = await jobs.InsertAsync(work, job, ct);
        if (await slots.EnterAsync(work, job.AccountId, job.Id, job.Priority, limits, ct) is not { } entry)
        {
            await work.RollbackAsync();
            return new SubmitOutcome.Refused(Problems.Of(ErrorCodes.QueueFull,
                $"Your plan lets {limits.RunningJobs} jobs run and {limits.WaitingJobs} wait. Try again when one has ended.",
                retryAfter: TimeSpan.FromSeconds(10),
                facts: new Dictionary<string, object?> { ["running_jobs"] = limits.RunningJobs, ["waiting_jobs"] = limits.WaitingJobs }));
        }

        if (entry.IsClosed)
        {
            await work.RollbackAsync();
            return new SubmitOutcome.Refused(Problems.Of(ErrorCodes.Forbidden, "The account is closed."));
        }

        var queued = row with { QueuePosition = entry.Position };
        var answer = JsonSerializer.SerializeToUtf8Bytes(views.Of(queued, time.GetUtcNow()), ApiJson.Options);
        if (claim is not null && !await keys.AnswerAsync(work, claim, StatusCodes.Status202Accepted, answer, ct))
        {
            await work.RollbackAsync();
            return new SubmitOutcome.Overtaken();
        }

        await feed.AppendAsync(work, new FeedEntry(EventTypes.Queued, views.Of(queued, time.GetUtcNow(), EventLinks), job.AccountId, job.WebhookUrl, job.Test), ct);
        // Its hold is confirmed only when the job takes long: see ConfirmHolds.
        await steps.BeginAsync(row, entry, bus, ct);
        await work.CommitAsync(ct);
        return new SubmitOutcome.Accepted(job.Id, answer);
    }

    static string Json<T>(T value) => JsonSerializer.Serialize(value, ApiJson.Options);
}

internal abstract record SubmitOutcome
{
    /// <param name="Answer">The job as JSON, as the first answer shows it.</param>
    internal sealed record Accepted(Guid JobId, byte[] Answer) : SubmitOutcome;

    /// <summary>Nothing was made, and nothing stays held once the ticket is given back.</summary>
    internal sealed record Refused(ProblemAnswer Problem) : SubmitOutcome;

    /// <summary>Another request has taken the key over; nothing was made.</summary>
    internal sealed record Overtaken : SubmitOutcome;
}
