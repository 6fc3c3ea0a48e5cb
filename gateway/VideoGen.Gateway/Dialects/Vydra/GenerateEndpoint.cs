using System.Text.Json;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.Vydra;

/// <summary><c>POST /models/{slug}</c>: the body is the model's input as it stands. Key → model → body → fields.</summary>
internal sealed class GenerateEndpoint(IDialect dialect)
{
    public async Task<IResult> HandleAsync(string slug, HttpContext context, DialectRequest mine, NativeApi native, CancellationToken ct)
    {
        var model = await ModelOfAsync(slug, native, ct);
        if (!model.Succeeded) return model.Refusal;
        var (input, fault) = await JsonInput.ReadAsync(context.Request, ct);
        if (fault is not null) return fault;

        var fingerprint = RequestFingerprint.Of($"{dialect.Name} POST /models/{model.Value.Slug}", input);
        var submitted = await native.Submits.SubmitAsync(
            new SubmitJob(model.Value.Slug, JsonSerializer.SerializeToElement(input)), RequestFingerprint.KeyOf(context.Request), fingerprint, ct);
        if (!submitted.Succeeded) return VydraFaults.FirstOf(submitted.Refusal, model.Value.InputSchema, input);

        var job = submitted.Value;
        var jobId = VydraJob.IdOf(job.Id);
        context.Response.Headers.Location = mine.PathTo($"/jobs/{jobId}");
        return DialectJson.Answer(new
        {
            jobId,
            status = VydraJob.StatusOf(job),
            message = "Job created. Poll /jobs/{jobId} for status.",
            creditsCharged = VydraJob.ChargeOf(job),
            externalJobId = VydraJob.ExternalIdOf(job.Id),
        }, StatusCodes.Status202Accepted);
    }

    async Task<NativeResult<CatalogModel>> ModelOfAsync(string slug, NativeApi native, CancellationToken ct)
    {
        var catalog = await native.Models.GetAsync(ct);
        if (!catalog.Succeeded) return catalog.Refusal;
        return catalog.Value.Of(dialect).FirstOrDefault(one => one.Name == slug).Model ?? (NativeResult<CatalogModel>)Problems.Of(ErrorCodes.ModelNotFound);
    }
}
