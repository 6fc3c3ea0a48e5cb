using MassTransit;
using VideoGen.Durability;
using VideoGen.Providers.Alarms;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Keys;

namespace VideoGen.Providers.Attempts;

/// <summary>
/// Writes down what has happened to a generation and tells Jobs, both in one transaction each. Every method is fenced by the
/// generation's version and answers the generation as it stands then; a worker that was overtaken gets an <see cref="OvertakenException"/>.
/// </summary>
internal sealed class GenerationJournal(
    UnitOfWork work, IPublishEndpoint bus, ConnectorRegistry connectors, LostWorkWatch watch)
{
    /// <summary>The work in whose course it is written: the transaction that ends the generation ends it too.</summary>
    public DueWorkItem? Item { get; set; }

    /// <summary>An attempt begins: written before the vendor hears of it.</summary>
    /// <returns>Null when its key's account has as much work as it may have by now; nothing is written then.</returns>
    public Task<Generation?> BeginAsync(Generation generation, RouteStep.Try step, ConnectorRoute taken, CancellationToken ct)
    {
        var attempt = new AttemptRow(
            Guid.CreateVersion7(), generation.JobId, generation.Attempts.Count + 1, generation.Model, step.Route, taken.Connector,
            taken.Model, generation.Test, AttemptState.Creating, VendorId: null, Percent: 0, Steps.Queued, Message: null, Sequence: 0,
            ToldAt: null, Refusal: null, Outputs: [], Text: null, OutputsExpireAt: null, generation.Now, AcceptedAt: null, EndedAt: null)
        {
            Taken = taken,
            Key = step.Key,
            Chosen = step.Chosen,
            ChosenBy = step.ChosenBy,
        };
        var active = generation with { State = "active", AttemptId = attempt.Id, Attempts = [.. generation.Attempts, attempt] };
        return TryWriteAsync(active, end: null, async () =>
        {
            if (attempt.Key is not null && !await TakeKeyAsync(attempt, ct)) return false;
            await GenerationStore.InsertAttemptAsync(work, attempt, ct);
            return true;
        }, ct);
    }

    /// <summary>The vendor has the work; some vendors answer with the result at once.</summary>
    public Task<Generation> AcceptAsync(Generation generation, AttemptRow attempt, CreateAnswer.Accepted answer, CancellationToken ct)
    {
        var accepted = attempt with { State = AttemptState.Running, VendorId = answer.VendorId, Memo = answer.Memo };
        var succeeded = answer.State as VendorState.Succeeded;
        return WriteAsync(With(generation, accepted), succeeded is null ? null : GenerationEnd.Succeeded, async () =>
        {
            var at = await GenerationStore.AcceptAsync(work, attempt.Id, answer.VendorId, answer.Memo, ct);
            if (attempt.Key is { } key) await KeyStore.WarmAsync(work, attempt.Connector, key, ct);
            if (succeeded is not null) await DeliverAsync(accepted, succeeded, ct);
            else await bus.Publish(new GenerationStarted(generation.JobId, attempt.Id, attempt.Number, attempt.Connector, at)
            {
                Chosen = attempt.Chosen,
            }, ct);
        }, ct);
    }

    /// <summary>Records that it is unknown whether the vendor has the work.</summary>
    public Task<Generation> DoubtAsync(Generation generation, AttemptRow attempt, string detail, CancellationToken ct) =>
        WriteAsync(With(generation, attempt with { State = AttemptState.Unknown }), end: null, async () =>
        {
            await GenerationStore.DoubtAsync(work, attempt.Id, detail, ct);
            await bus.Publish(new GenerationUnknown(generation.JobId, attempt.Id), ct);
        }, ct);

    public Task<Generation> ProgressAsync(Generation generation, AttemptRow attempt, VendorState.Running running, CancellationToken ct) =>
        WriteAsync(generation, end: null, async () =>
        {
            await GenerationStore.ProgressAsync(work, attempt.Id, running, ct);
            await bus.Publish(new GenerationProgressed(generation.JobId, attempt.Id, attempt.Sequence + 1, running.Percent, running.Step, running.Message), ct);
        }, ct);

    public Task<Generation> SucceedAsync(Generation generation, AttemptRow attempt, VendorState.Succeeded succeeded, CancellationToken ct) =>
        WriteAsync(generation, GenerationEnd.Succeeded, () => DeliverAsync(attempt, succeeded, ct), ct);

    /// <summary>The attempt is over without a delivery; another one may follow.</summary>
    public Task<Generation> EndAttemptAsync(Generation generation, AttemptRow attempt, AttemptState state, Refusal? refusal, CancellationToken ct)
    {
        var ended = attempt with { State = state, Refusal = refusal, EndedAt = generation.Now };
        return WriteAsync(With(generation, ended) with { State = "starting", AttemptId = null }, end: null, async () =>
        {
            await EndAsync(attempt, state, refusal, ct);
            await bus.Publish(new AttemptEnded(generation.JobId, attempt.Id, attempt.Number, attempt.Connector, state.ToString().ToLowerInvariant(),
                refusal?.Code.Code, refusal?.Message, attempt.CreatedAt, generation.Now)
            {
                Chosen = attempt.Chosen,
            }, ct);
        }, ct);
    }

    /// <summary>The generation was stopped, or came too late, while a vendor had it.</summary>
    /// <param name="late">The result that the vendor made all the same. It is kept for the operator's books and not delivered.</param>
    public Task<Generation> StopAsync(
        Generation generation, AttemptRow attempt, AttemptState state, VendorState.Succeeded? late, GenerationEnd end, CancellationToken ct) =>
        WriteAsync(generation, end, async () =>
        {
            if (late is not null) await GenerationStore.SucceedAsync(work, attempt.Id, late, CostOf(attempt, late), ct);
            else await EndAsync(attempt, state, refusal: null, ct);
        }, ct);

    /// <summary>The generation is over between two attempts, or before the first.</summary>
    public Task<Generation> EndAsync(Generation generation, GenerationEnd end, CancellationToken ct) => WriteAsync(generation, end, () => Task.CompletedTask, ct);

    async Task DeliverAsync(AttemptRow attempt, VendorState.Succeeded succeeded, CancellationToken ct)
    {
        await GenerationStore.SucceedAsync(work, attempt.Id, succeeded, CostOf(attempt, succeeded), ct);
        await bus.Publish(
            new GenerationSucceeded(attempt.JobId, attempt.Id, attempt.Connector, succeeded.Outputs, succeeded.Text, succeeded.ExpireAt)
            {
                Number = attempt.Number,
                Chosen = attempt.Chosen,
            }, ct);
    }

    /// <summary>An attempt that a vendor may still be at is watched on: what it makes late is billed all the same.</summary>
    async Task EndAsync(AttemptRow attempt, AttemptState state, Refusal? refusal, CancellationToken ct)
    {
        var cost = AttemptCost.OfEnd(connectors.IsVendor(attempt.Connector), attempt.Taken, state, refusal);
        await GenerationStore.EndAttemptAsync(work, attempt.Id, state, refusal, cost, ct);
        if (attempt.Key is { } key && KeyCooling.Of(refusal) is { } cooling)
            await KeyStore.CoolAsync(work, attempt.Connector, key, cooling, refusal!, ct);
        if (state == AttemptState.Abandoned) await watch.BeginAsync(work, attempt, ct);
    }

    async Task<bool> TakeKeyAsync(AttemptRow attempt, CancellationToken ct)
    {
        if (connectors.Find(attempt.Connector) is not { } connector || !RouteChooser.HasChoice(connector)) return true;
        var key = KeyName.Of(connector).First(one => one.Key == attempt.Key);
        return await KeyStore.TakeAsync(work, key, connector.Budget.ConcurrentJobs, ct);
    }

    decimal? CostOf(AttemptRow attempt, VendorState.Succeeded succeeded) =>
        AttemptCost.OfSuccess(connectors.IsVendor(attempt.Connector), attempt.Taken, succeeded.Usage);

    async Task<Generation> WriteAsync(Generation next, GenerationEnd? end, Func<Task> effects, CancellationToken ct) =>
        (await TryWriteAsync(next, end, async () =>
        {
            await effects();
            return true;
        }, ct))!;

    /// <summary>Null, with nothing written, where the effects say no.</summary>
    async Task<Generation?> TryWriteAsync(Generation next, GenerationEnd? end, Func<Task<bool>> effects, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        try
        {
            var state = end?.State ?? next.State;
            if (await GenerationStore.UpdateAsync(work, next, state, next.AttemptId, end?.Code, end?.Message, ct) is not { } cancelRequested)
                throw new OvertakenException(next.JobId);
            if (!await effects())
            {
                await work.RollbackAsync();
                return null;
            }

            if (end is { State: "failed" }) await bus.Publish(new GenerationFailed(next.JobId, next.LastAttemptId, end.Code!, end.Message!), ct);
            if (end is { State: "cancelled" }) await bus.Publish(new GenerationCancelled(next.JobId, next.LastAttemptId), ct);
            if (end is not null && Item is { } item) await item.TryCompleteAsync(work, ct);
            await work.CommitAsync(ct);
            return next with { State = state, Version = next.Version + 1, CancelRequested = cancelRequested };
        }
        catch
        {
            await work.RollbackAsync();
            throw;
        }
    }

    static Generation With(Generation generation, AttemptRow changed) =>
        generation with { Attempts = [.. generation.Attempts.Select(attempt => attempt.Id == changed.Id ? changed : attempt)] };
}

/// <summary>Another worker has changed the generation since this one read it; what this one wanted to write is void.</summary>
internal sealed class OvertakenException(Guid jobId) : Exception($"The generation of job {jobId} was changed by another worker.");
