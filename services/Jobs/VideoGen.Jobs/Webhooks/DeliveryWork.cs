using Microsoft.Extensions.Options;
using VideoGen.Durability;

namespace VideoGen.Jobs.Webhooks;

/// <summary>
/// Makes one attempt of one delivery.
///
/// The guarantee: an event committed to the feed is sent to every subscribed endpoint at least once, with the same id and the
/// same bytes at each attempt, until it is answered with 2xx or the schedule ends.
///
/// 1. Take a place in the target's lane, or come back later. 2. In one transaction: load the delivery, give it up when its endpoint
/// is gone or disabled, else write the attempt. 3. Send, outside any transaction. 4. In one transaction: the attempt's outcome,
/// the delivery's state, the endpoint's health, and the completion of this work under its lease.
///
/// What may go wrong: a crash between 3 and 4 repeats the attempt; the receiver knows the repetition by its <c>webhook-id</c>, and
/// the attempt without an outcome stays visible. A worker that lost its lease finds that out in 4 and records nothing.
/// </summary>
internal sealed partial class DeliveryWork(
    UnitOfWork work, DeliveryLanes lanes, DeliveryRun run, AttemptStore attempts, IOptions<WebhookOptions> options, ILogger<DeliveryWork> log) : IDueWorkHandler
{
    public const string Kind = "webhook-delivery";

    /// <summary>How late a crash makes a delivery; kept up while an attempt runs.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        var lane = item.PayloadAs<DeliveryLane>()?.Lane ?? item.Id;
        if (await lanes.EnterAsync(lane, ct) is { } wait) return DueWorkResult.Again(wait);

        EndedAttempt? ended = null;
        try
        {
            if (await BeginAsync(item, ct) is not { } begun) return DueWorkResult.Handled;
            ended = await run.SendAsync(begun, ct);
            await EndAsync(item, begun.Delivery, ended, ct);
            return DueWorkResult.Handled;
        }
        finally
        {
            lanes.Leave(lane, ended?.Took ?? TimeSpan.Zero, ended is null ? null : ended.Reply.Status is not null);
        }
    }

    /// <summary>Null when there is nothing to send; the work is complete then.</summary>
    async Task<BegunAttempt?> BeginAsync(DueWorkItem item, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var delivery = await attempts.FindAsync(item.Id, ct);
        if (delivery is { Status: DeliveryStatus.Pending })
        {
            if (Obstacle(delivery) is not { } reason)
            {
                var begun = await run.BeginAsync(work, delivery, ct);
                await work.CommitAsync(ct);
                return begun;
            }
            await attempts.GiveUpAsync(delivery, reason, ct);
        }
        await item.CompleteAsync(work, ct);
        await work.CommitAsync(ct);
        return null;
    }

    static string? Obstacle(DueDelivery delivery) => delivery switch
    {
        { Url: null } => "The endpoint was deleted.",
        { Enabled: false } => "The endpoint is disabled.",
        { Body: null } => "The event is no longer kept.",
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
        await work.CommitAsync(ct);
        if (disabled) Log.Disabled(log, delivery.EndpointId!.Value, delivery.AccountId, decision.IsGone ? DisabledReason.Gone : DisabledReason.Failing);
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook endpoint {Endpoint} of account {Account} is disabled: {Reason}")]
        public static partial void Disabled(ILogger log, Guid endpoint, Guid account, string reason);
    }
}
