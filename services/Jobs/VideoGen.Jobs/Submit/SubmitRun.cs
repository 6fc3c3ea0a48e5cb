using MassTransit;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// A submit from its key to its answer: takes the key or waits for whoever has it, has the job made, and leaves neither key nor
/// credits behind when it was not.
/// </summary>
internal sealed partial class SubmitRun(
    JobSubmit submit, IdempotencyStore keys, KeyTurns turns, HoldsClient holds, UnitOfWork work, IPublishEndpoint bus, TimeProvider time,
    ILogger<SubmitRun> log)
{
    /// <summary>How long a repetition waits for the request that has its key: less than its client waits, so that it can say why.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(8.5);

    static readonly TimeSpan FirstsPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan OthersPause = TimeSpan.FromMilliseconds(250);

    static ProblemAnswer InFlight => Problems.Of(ErrorCodes.IdempotencyKeyInFlight,
        "A request with this Idempotency-Key is still running; repeat this one in a moment.", retryAfter: TimeSpan.FromSeconds(1));

    static ProblemAnswer Reused => Problems.Of(ErrorCodes.IdempotencyKeyReused,
        "This Idempotency-Key was used with another request; use a new key for a new job.");

    static ProblemAnswer Overtaken => Problems.Of(ErrorCodes.ServiceUnavailable,
        "The database was away while the job was made; it was not made. Try again.", retryAfter: TimeSpan.FromSeconds(1));

    public async Task<IResult> RunAsync(Caller caller, SubmitJob ask, Faults faults, IdempotencyKey? key, CancellationToken ct)
    {
        if (key is null) return await MakeAsync(caller, ask, faults, claim: null, ct) ?? Overtaken;
        var since = time.GetTimestamp();
        using var turn = await turns.EnterAsync(key, Patience, ct);
        while (true)
        {
            var answer = await ClaimAsync(key, ct) switch
            {
                IdempotencyClaim.Owned owned => await MakeAsync(caller, ask, faults, owned, ct),
                IdempotencyClaim.Answered known => new SubmitAnswer(known.Status, known.JobId, known.Answer, Replayed: true),
                IdempotencyClaim.Reused => Reused,
                _ => null,
            };
            if (answer is not null) return answer;
            if (time.GetElapsedTime(since) > Patience) return InFlight;
            await Task.Delay(turn is null ? OthersPause : FirstsPause, time, ct);
        }
    }

    /// <summary>Takes the key; that of a request that is gone too, whose credits are free before this one asks for its own.</summary>
    async Task<IdempotencyClaim> ClaimAsync(IdempotencyKey key, CancellationToken ct)
    {
        var claim = await keys.ClaimAsync(key, ct);
        if (claim is not IdempotencyClaim.Abandoned abandoned) return claim;
        await work.BeginAsync(ct);
        var owned = await keys.TakeOverAsync(work, abandoned, ct);
        // Told by a message for certain, and at once as well.
        if (owned is not null) await bus.Publish(new ReleaseCredits(abandoned.Owner, key.AccountId, AbandonedSubmits.Reason), ct);
        await work.CommitAsync(ct);
        if (owned is null) return new IdempotencyClaim.InFlight();
        await holds.ReleaseAsync(abandoned.Owner, key.AccountId, ct);
        return owned;
    }

    /// <summary>Null when the key was taken over by another request.</summary>
    async Task<IResult?> MakeAsync(Caller caller, SubmitJob ask, Faults faults, IdempotencyClaim.Owned? claim, CancellationToken ct)
    {
        var ticket = new SubmitTicket { Claim = claim };
        try
        {
            switch (await submit.RunAsync(caller, ask, faults, ticket, ct))
            {
                case SubmitOutcome.Accepted accepted:
                    return new SubmitAnswer(StatusCodes.Status202Accepted, accepted.JobId, accepted.Answer, Replayed: false);
                case SubmitOutcome.Refused refused:
                    await GiveUpAsync(ticket);
                    return refused.Problem;
                default:
                    return null;
            }
        }
        catch
        {
            await work.RollbackAsync();
            await GiveUpAfterFaultAsync(ticket);
            throw;
        }
    }

    /// <summary>
    /// Frees the key; the credits too, unless it is known that none are held. A marker that is not there any more went with the
    /// job.
    /// </summary>
    async Task GiveUpAsync(SubmitTicket ticket)
    {
        if (ticket.Claim is not { } claim) return;
        await work.BeginAsync(CancellationToken.None);
        if (await keys.GiveUpAsync(work, claim, CancellationToken.None) && ticket.MayHold)
            await bus.Publish(new ReleaseCredits(claim.JobId, claim.Key.AccountId, AbandonedSubmits.Reason), CancellationToken.None);
        await work.CommitAsync(CancellationToken.None);
    }

    async Task GiveUpAfterFaultAsync(SubmitTicket ticket)
    {
        try
        {
            await GiveUpAsync(ticket);
        }
        catch (Exception failure) when (TransientFaults.IsTransient(failure))
        {
            // Where the process's lock went with the database the marker is abandoned at once, else when its lease has ended: taken over
            // or cleared up.
            await work.RollbackAsync();
            Log.NotGivenUp(log, failure);
        }
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The key of a failed submit is cleared up when the database is back")]
        public static partial void NotGivenUp(ILogger log, Exception failure);
    }
}

/// <summary>What a submit has in hand on its way, for whoever has to put it back.</summary>
internal sealed class SubmitTicket
{
    /// <summary>The marker of its key, or of its own; null for a submit that has neither.</summary>
    public IdempotencyClaim.Owned? Claim { get; set; }

    /// <summary>Credits are held for it, or nobody knows.</summary>
    public bool MayHold { get; set; }
}
