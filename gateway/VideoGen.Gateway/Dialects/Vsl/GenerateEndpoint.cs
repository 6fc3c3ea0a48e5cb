using System.Text.Json;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.Gateway.Limits;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Vsl;

namespace VideoGen.Gateway.Dialects.Vsl;

/// <summary><c>POST /generate-media</c>. Key → body → user and the user's limits → media type and model → parameters.</summary>
internal sealed class GenerateEndpoint(IDialect dialect)
{
    public async Task<IResult> HandleAsync(HttpContext context, DialectRequest mine, NativeApi native, UserLimits limits, CancellationToken ct)
    {
        var (body, fault) = await JsonInput.ReadAsync(context.Request, ct);
        if (fault is not null) return fault;
        (var userId, fault) = VslRequest.ReadUser(body);
        if (userId is null) return fault!;
        if (await CountAsync(context, limits, userId, ct) is { } limited) return limited;
        (var ask, fault) = VslRequest.Read(body);
        if (ask is null) return fault!;
        var found = await ModelOfAsync(ask, native, ct);
        if (!found.Succeeded) return found.Refusal;

        var model = found.Value;
        var submit = new SubmitJob(model.Slug, JsonSerializer.SerializeToElement(ask.InputFor(model.InputSchema)),
            Metadata: new Dictionary<string, string> { [VslUser.MetadataKey] = userId });
        var fingerprint = RequestFingerprint.Of($"{dialect.Name} POST /generate-media", body);
        var submitted = await native.Submits.SubmitAsync(submit, RequestFingerprint.KeyOf(context.Request), fingerprint, ct);
        return submitted.Succeeded ? Answer(context, mine, submitted.Value, model) : VslFaults.Translate(submitted.Refusal, model.InputSchema);
    }

    /// <summary>A request counts as soon as its user is known, whatever becomes of it; null when there is room.</summary>
    static async Task<ProblemAnswer?> CountAsync(HttpContext context, UserLimits limits, string userId, CancellationToken ct)
    {
        if (await limits.TakeAsync(AccountOf(context), userId, ct) is not { } usage)
            return Problems.Of(ErrorCodes.ServiceUnavailable, "Limits can't be counted at the moment.", retryAfter: TimeSpan.FromSeconds(1));
        LimitHeaders.Show(context, usage);
        return usage.IsAllowed ? null : Problems.Of(ErrorCodes.RateLimited,
            $"The limit of {usage.Limit} requests for this userId is reached. Try again in {usage.ResetSeconds} seconds.", retryAfter: TimeSpan.FromSeconds(usage.ResetSeconds));
    }

    async Task<NativeResult<CatalogModel>> ModelOfAsync(VslRequest ask, NativeApi native, CancellationToken ct)
    {
        var catalog = await native.Models.GetAsync(ct);
        if (!catalog.Succeeded) return catalog.Refusal;
        var models = catalog.Value.Of(dialect);
        if (models.FirstOrDefault(one => one.Name == ask.ModelId).Model is not { } model)
            return Problems.Of(ErrorCodes.ModelNotFound, $"modelId must be one of: {string.Join(", ", models.Select(one => one.Name))}.");
        return model.Kind == ask.MediaType ? model : VslErrors.WrongMediaType($"mediaType must be {model.Kind} for the model {ask.ModelId}.");
    }

    static IResult Answer(HttpContext context, DialectRequest mine, JobView job, CatalogModel model)
    {
        context.Response.Headers.Location = mine.PathTo($"/status/{job.Id}");
        return DialectJson.Answer(new
        {
            jobId = job.Id,
            status = VslJob.StatusOf(job),
            estimatedTime = job.ExpectedSeconds ?? model.ExpectedSeconds,
            estimatedCost = VslJob.CostOf(model, job.Input),
            replicateId = VslJob.ReplicateIdOf(job.Id),
            message = "Media generation started",
        }, StatusCodes.Status202Accepted);
    }

    static Guid AccountOf(HttpContext context) => context.Features.Get<Caller>()!.AccountId;
}
