using Microsoft.Extensions.Options;
using VideoGen.Egress;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Submit;

/// <summary><c>POST /v1/jobs</c>.</summary>
internal sealed class SubmitEndpoint(
    JobSubmit submit, IdempotencyStore keys, KeyTurns turns, EgressPolicy egress, IOptions<SubmitOptions> options)
{
    const string Route = "POST /v1/jobs";

    public static ProblemAnswer InFlight { get; } = Problems.Of(ErrorCodes.IdempotencyKeyInFlight,
        "A request with this Idempotency-Key is still running; repeat this one in a moment.", retryAfter: TimeSpan.FromSeconds(1));

    static ProblemAnswer Reused { get; } = Problems.Of(ErrorCodes.IdempotencyKeyReused,
        "This Idempotency-Key was used with another request; use a new key for a new job.");

    public async Task<IResult> HandleAsync(HttpRequest request, Caller caller, CancellationToken ct)
    {
        var (bytes, root, malformed) = await JsonBody.ReadAsync(request, options.Value.MaxBodyBytes, ct);
        if (malformed is not null) return malformed;
        var (key, badKey) = IdempotencyKey.Of(request, caller.AccountId, Route, bytes);
        if (badKey is not null) return badKey;
        var faults = new Faults();
        var ask = SubmitBody.Read(root, caller.Test, egress, faults);

        // From here on a client that hangs up changes nothing: its repetition finds the job that this request made.
        if (key is null) return Answer(await submit.RunAsync(caller, ask, faults, claim: null, CancellationToken.None));
        using var turn = await turns.EnterAsync(key, ct);
        return await keys.ClaimAsync(key, ct) switch
        {
            IdempotencyClaim.Owned owned => Answer(await RunOwnedAsync(caller, ask, faults, owned)),
            IdempotencyClaim.Answered known => new SubmitAnswer(known.Status, known.JobId, known.Answer, Replayed: true),
            IdempotencyClaim.Reused => Reused,
            _ => InFlight,
        };
    }

    async Task<SubmitOutcome> RunOwnedAsync(Caller caller, SubmitJob ask, Faults faults, IdempotencyClaim.Owned owned)
    {
        var outcome = await submit.RunAsync(caller, ask, faults, owned, CancellationToken.None);
        if (outcome is SubmitOutcome.Refused) await keys.GiveUpAsync(owned, CancellationToken.None);
        return outcome;
    }

    static IResult Answer(SubmitOutcome outcome) => outcome switch
    {
        SubmitOutcome.Accepted accepted => new SubmitAnswer(StatusCodes.Status202Accepted, accepted.JobId, accepted.Answer, Replayed: false),
        SubmitOutcome.Refused refused => refused.Problem,
        _ => throw new InvalidOperationException("A submit is accepted or refused."),
    };
}

/// <summary>The job as it was first answered, byte for byte.</summary>
internal sealed record SubmitAnswer(int Status, Guid JobId, byte[] Body, bool Replayed) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = Body.Length;
        response.Headers.Location = $"/v1/jobs/{JobId}";
        response.Headers.CacheControl = "no-store";
        if (Replayed) response.Headers["Idempotent-Replayed"] = "true";
        return response.Body.WriteAsync(Body, httpContext.RequestAborted).AsTask();
    }
}
