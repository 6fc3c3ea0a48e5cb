using Microsoft.Extensions.Options;
using VideoGen.Durability;

namespace VideoGen.Jobs.Webhooks;

/// <summary>
/// Makes one attempt of one delivery.
///
/// The guarantee: an event committed to the feed is sent to every subscribed endpoint at least once, with the same id and the
/// same bytes at each attempt, until it is answered with 2xx or the schedule ends.
///
/// 1. Take a place in the target's lane, or come back later. 2. In one transaction: load the delivery, come back later when another one of
/// the job has its turn (<see cref="AttemptStore"/>), give it up when its endpoint is gone or disabled, else write the attempt.
/// 3. Send, outside any transaction. 4. In one transaction: the attempt's outcome,
/// the delivery's state, the endpoint's health, the completion of this work under its lease, and the turn of those that waited for it.
///
/// What may go wrong: a crash between 3 and 4 repeats the attempt; the receiver knows the repetition by its <c>webhook-id</c>, and
/// the attempt without an outcome stays visible. A worker that lost its lease finds that out in 4 and records nothing.
/// </summary>
internal sealed partial class DeliveryWork(
    UnitOfWork work, DeliveryLanes lanes, DeliveryRun run, AttemptStore attempts, DueWork dueWork, IOptions<WebhookOptions> options,
    ILogger<DeliveryWork> log) : IDueWorkHandler
{
    public const string Kind = "webhook-delivery";

    /// <summary>How late a crash makes a delivery; kept up while an attempt runs.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>Whoever waits is woken; this is for a wake-up that was lost.</summary>
    static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(30);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        var lane = item.PayloadAs<DeliveryLane>()?.Lane ?? item.Id;
        if (await lanes.EnterAsync(lane, ct) is { } wait) return DueWorkResult.Again(wait);

        EndedAttempt? ended = null;
        try
        {
            var (begun, turn) = await BeginAsync(item, ct);
            if (turn is { } later) return DueWorkResult.Again(later);
            if (begun is null) return DueWorkResult.Handled;
            ended = await run.SendAsync(begun, ct);
            await EndAsync(item, begun.Delivery, ended, ct);
            return DueWorkResult.Handled;
        }
        finally
        {
            lanes.Leave(lane, ended?.Took ?? TimeSpan.Zero, ended is null ? null : ended.Reply.Status is not null);
        }
    }

    /// <summary>
    /// The attempt; or the wait until this delivery's turn; or neither when there is nothing to send, and the work is complete
    /// then.
    /// </summary>
    async Task<(BegunAttempt? Begun, TimeSpan? Turn)> BeginAsync(DueWorkItem item, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var delivery = await attempts.FindAsync(item.Id, ct);
        if (delivery is { Status: DeliveryStatus.Pending })
        {
            if (Obstacle(delivery) is not { } reason)
            {
                if (delivery.Wait is { } turn)
                {
                    await work.RollbackAsync();
                    return (null, turn < LongestTurn ? turn : LongestTurn);
                }
                var begun = await run.BeginAsync(work, delivery, ct);
                await work.CommitAsync(ct);
                return (begun, null);
            }
            await attempts.GiveUpAsync(delivery, reason, ct);
            await WakeFollowersAsync(delivery, ct);
        }
        await item.CompleteAsync(work, ct);
        await work.CommitAsync(ct);
        return default;
    }

    async Task WakeFollowersAsync(DueDelivery delivery, CancellationToken ct)
    {
        var followers = await attempts.FollowersAsync(delivery, ct);
        await dueWork.ScheduleManyAsync(work, Kind, [.. followers.Select(id => (id, (object?)null))], TimeSpan.Zero, ct);
    }

    static string? Obstacle(DueDelivery delivery) => delivery switch
    {
        { Url: null } => "The endpoint was deleted.",
        { Enabled: false } => "The endpoint is disabled.",
        { Body: null } => "The event is no longer kept.",
        { IsOvertaken: true } => "It failed until newer news of the job was delivered.",
        _ => null,
    };

    async Task EndAsync(DueWorkItem item, DueDelivery delivery, EndedAttempt ended, CancellationToken ct)
    {
        var decision = DeliveryDecision.After(ended.Reply, delivery.RoundAttempts + 1, options.Value, Random.Shared.NextDouble());
        await work.BeginAsync(ct);
        await attempts.EndAsync(delivery, ended.Reply, ended.Took, decision, ct);
        var disabled = ended.Reply.Failure is not null && delivery.EndpointId is { } endpoint
            && await attempts.DisableAsync(endpoint, decision.IsGone, options.Value.DisableAfter, ct);
        if (decision.Wait is { } wait) await item.AgainAsync(work, wait, ct);
        else await item.CompleteAsync(work, ct);
        if (decision.Wait is null || delivery.RoundAttempts + 1 >= AttemptStore.HoldsUpFor) await WakeFollowersAsync(delivery, ct);
        await work.CommitAsync(ct);
        if (disabled) Log.Disabled(log, delivery.EndpointId!.Value, delivery.AccountId, decision.IsGone ? DisabledReason.Gone : DisabledReason.Failing);
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook endpoint {Endpoint} of account {Account} is disabled: {Reason}")]
        public static partial void Disabled(ILogger log, Guid endpoint, Guid account, string reason);
    }
}
