using Microsoft.Extensions.Options;
using VideoGen.Egress;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Catalog;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// <c>POST /v1/jobs</c>. The work has a scope of its own and goes on when the client hangs up, or when its time is over and the
/// client is told to come back: the repetition finds the job that this request made.
/// </summary>
internal sealed partial class SubmitEndpoint(
    IServiceScopeFactory scopes, ModelCatalog catalog, EgressPolicy egress, IOptions<SubmitOptions> options, IOptions<InlineOptions> uploads,
    ILogger<SubmitEndpoint> log)
{
    static ProblemAnswer Late => Problems.Of(ErrorCodes.ServiceUnavailable,
        "The job could not be made in time; whether it will be is not known. Repeat the request with the same Idempotency-Key.",
        retryAfter: TimeSpan.FromSeconds(2));

    public async Task<IResult> HandleAsync(HttpRequest request, Caller caller, CancellationToken ct)
    {
        var (files, root, malformed) =
            await JsonBody.ReadWithFilesAsync(request, options.Value.MaxBodyBytes, uploads.Value.MaxUploadBytes, ct);
        if (malformed is not null) return malformed;
        var (key, badKey) = IdempotencyKey.Of(request, caller, root);
        if (badKey is not null)
        {
            await files.DisposeAsync();
            return badKey;
        }
        var faults = new Faults();
        files.AddStray(root, "", InputAssets.IsInInput, faults);
        var ask = SubmitBody.Read(root, caller.Test, egress, faults);

        RetiredModels.Tell(request.HttpContext.Response, catalog.Current, ask.Model);
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<SubmitFiles>().Files = files;
        var patience = scope.ServiceProvider.GetRequiredService<SubmitPatience>();
        var run = RunAsync();
        if (await Task.WhenAny(run, patience.Over) == run) return await run;
        Log.Late(log, caller.AccountId);
        _ = NoteFaultAsync(run);
        return Late;

        async Task<IResult> RunAsync()
        {
            await using var mine = scope;
            await using var sent = files;
            return await scope.ServiceProvider.GetRequiredService<SubmitRun>().RunAsync(caller, ask, faults, key, CancellationToken.None);
        }
    }

    async Task NoteFaultAsync(Task run)
    {
        try
        {
            await run;
        }
        catch (Exception failure)
        {
            Log.FailedLate(log, failure);
        }
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A submit of account {AccountId} is not waited for: what it needs does not answer")]
        public static partial void Late(ILogger log, Guid accountId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A submit whose time was over has failed")]
        public static partial void FailedLate(ILogger log, Exception failure);
    }
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
