using MassTransit;
using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts.Events;
using VideoGen.ServiceDefaults.Telemetry;

namespace VideoGen.Providers.Alarms;

/// <summary>
/// Goes on looking at an attempt that was given up: whether the vendor has the work, and what became of it. A result that comes late is booked
/// with what the vendor bills for it, told to Jobs, which notes it for the operator, and not delivered: the job has ended.
/// <para>It asks less and less often, and no longer than <see cref="ProvidersOptions.WatchLostWork"/>.</para>
/// </summary>
internal sealed class LostWorkWorker(
    GenerationStore store, ConnectorRegistry connectors, UnitOfWork work, IPublishEndpoint bus, IOptions<ProvidersOptions> options)
        : IDueWorkHandler
{
    public const string Kind = "lost-work";

    static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        if (await store.FindAttemptAsync(item.Id, ct) is not { State: AttemptState.Abandoned, EndedAt: { } endedAt } attempt
            || await store.FindAsync(attempt.JobId, ct) is not { } generation) return DueWorkResult.Done;
        JobTrace.Mark(attempt.JobId);
        if (IsErased(generation)) return await LeaveAsync(item, attempt, ct);
        var age = generation.Now - endedAt;
        if (connectors.Find(attempt.Connector) is { } connector)
        {
            var (found, isAbsent) = await FindAsync(connector, generation, attempt, ct);
            if (isAbsent) return await EndAsync(item, attempt, AttemptState.Absent, null, "It never reached the vendor: nothing is billed.", ct);
            if (found is not null && await LookAsync(item, connector, generation, found, ct) is { } ended) return ended;
        }

        return age < options.Value.WatchLostWork ? DueWorkResult.Again(PauseAfter(age)) : await LeaveAsync(item, attempt, ct);
    }

    /// <summary>What was asked for is not known any more, so nothing can be found by it; and nothing is kept for an account that was erased.</summary>
    static bool IsErased(Generation generation) =>
        generation.Input is not { ValueKind: System.Text.Json.JsonValueKind.Object } input || !input.EnumerateObject().Any();

    async Task<DueWorkResult> LeaveAsync(DueWorkItem item, AttemptRow attempt, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        await SettleAsync(attempt, "Nothing more was heard of it. Look for it in the vendor's own books.", ct);
        await item.CompleteAsync(work, ct);
        await work.CommitAsync(ct);
        return DueWorkResult.Handled;
    }

    /// <summary>A quarter of the time that has passed.</summary>
    public static TimeSpan PauseAfter(TimeSpan age) => age / 4 < Shortest ? Shortest : age / 4 > Longest ? Longest : age / 4;

    /// <summary>The attempt with the vendor's id of its work, if that is known by now, and whether the vendor certainly never got it.</summary>
    static async Task<(AttemptRow? Found, bool IsAbsent)> FindAsync(
        IConnector connector, Generation generation, AttemptRow attempt, CancellationToken ct)
    {
        if (attempt is { VendorId: not null, AcceptedAt: not null }) return (attempt, false);
        var request = GenerationWorker.RequestOf(generation, attempt, attempt.Taken);
        return await connector.FindAsync(
            new LostWork(request, attempt.CreatedAt, generation.Now, attempt.VendorId, KnowsRoute: attempt.Taken is not null), ct) switch
        {
            FindAnswer.Found found => (attempt with { VendorId = found.VendorId, Memo = found.Memo, AcceptedAt = generation.Now }, false),
            FindAnswer.Absent => (null, true),
            _ => (null, false),
        };
    }

    /// <summary>Null while it is not over.</summary>
    async Task<DueWorkResult?> LookAsync(
        DueWorkItem item, IConnector connector, Generation generation, AttemptRow attempt, CancellationToken ct)
    {
        switch (await connector.GetAsync(attempt.Work, ct))
        {
            case VendorState.Succeeded succeeded:
                return await BookAsync(item, generation, attempt, succeeded, ct);
            case VendorState.Failed failed:
                return await EndAsync(item, attempt, AttemptState.Failed, failed.Refusal, "The vendor had it and failed.", ct);
            case VendorState.Cancelled:
                return await EndAsync(item, attempt, AttemptState.Cancelled, null, "The vendor has stopped it.", ct);
            case VendorState.Gone:
                return await EndAsync(item, attempt, AttemptState.Failed, Refusal.OfLoss(), "The vendor no longer knows it.", ct);
            default:
                return null;
        }
    }

    async Task<DueWorkResult> BookAsync(
        DueWorkItem item, Generation generation, AttemptRow attempt, VendorState.Succeeded succeeded, CancellationToken ct)
    {
        var cost = AttemptCost.OfSuccess(connectors.IsVendor(attempt.Connector), attempt.Taken, succeeded.Usage);
        await work.BeginAsync(ct);
        await GenerationStore.BookLateAsync(work, attempt, ct);
        await GenerationStore.SucceedAsync(work, attempt.Id, succeeded, cost, ct);
        // Never of a job that another attempt is at, or has made: it would take this for its result.
        if (generation.State is "failed" or "cancelled") await bus.Publish(
            new GenerationSucceeded(attempt.JobId, attempt.Id, attempt.Connector, succeeded.Outputs, succeeded.Text, succeeded.ExpireAt)
            {
                Number = attempt.Number,
                IsLate = true,
            }, ct);
        await SettleAsync(attempt, "The vendor made it after the job had ended. It is booked, and not charged to the customer.", ct);
        await item.CompleteAsync(work, ct);
        await work.CommitAsync(ct);
        return DueWorkResult.Handled;
    }

    async Task<DueWorkResult> EndAsync(
        DueWorkItem item, AttemptRow attempt, AttemptState state, Refusal? refusal, string outcome, CancellationToken ct)
    {
        var cost = AttemptCost.OfEnd(connectors.IsVendor(attempt.Connector), attempt.Taken, state, refusal);
        await work.BeginAsync(ct);
        await GenerationStore.EndAttemptAsync(work, attempt.Id, state, refusal, cost, ct);
        await SettleAsync(attempt, outcome, ct);
        await item.CompleteAsync(work, ct);
        await work.CommitAsync(ct);
        return DueWorkResult.Handled;
    }

    Task SettleAsync(AttemptRow attempt, string outcome, CancellationToken ct) =>
        AlarmStore.SettleAsync(work, AlarmKind.WorkLost, attempt.Id.ToString(), outcome, ct);
}
