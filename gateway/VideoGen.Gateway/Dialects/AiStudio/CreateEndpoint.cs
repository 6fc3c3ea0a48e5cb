using System.Text.Json;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary>
/// <c>POST /video-jobs</c>: form → model → mock mode → files → fields, the first failing one is named. Files are stored while they arrive and
/// deleted again when the request is refused.
/// </summary>
internal sealed class CreateEndpoint(IDialect dialect)
{
    public async Task<IResult> HandleAsync(
        HttpContext context, DialectRequest mine, NativeApi native, Caller caller, ILogger<CreateEndpoint> log, CancellationToken ct)
    {
        await using var files = new JobFiles(native, log);
        var form = UrlEncodedForm.Is(context.Request)
            ? await UrlEncodedForm.ReadAsync(context.Request, ct)
            : await MultipartForm.ReadAsync(context.Request, files.TakeAsync, ct);
        if (form.Fault is not null) return form.Fault;
        var model = await ModelOfAsync(form.Fields, native, ct);
        if (!model.Succeeded) return model.Refusal;
        if (IsMock(form.Fields) is not { } mock) return AiStudioFaults.OneOf("mockMode", "true", "false");
        if (files.FaultBeside(form.Fields) is { } fault) return fault;

        var input = FormInput.From(FieldsOf(form.Fields), model.Value.InputSchema, skip: JobFiles.Names);
        files.AddTo(input);
        var submit = new SubmitJob(model.Value.Slug, JsonSerializer.SerializeToElement(input), Simulate: mock ? new SimulatorScript() : null);
        var fingerprint = RequestFingerprint.Of($"{dialect.Name} POST /video-jobs", form.Fields, files.Hashes);
        var submitted = await native.Submits.SubmitAsync(submit, RequestFingerprint.KeyOf(context.Request), fingerprint, ct);
        files.KeepIfUsed(submitted);
        if (!submitted.Succeeded) return AiStudioFaults.FirstOf(submitted.Refusal, model.Value.InputSchema, input);

        context.Response.Headers.Location = mine.PathTo($"/video-jobs/{submitted.Value.Id}");
        var shape = await AiStudioJob.ForAsync(native, caller, ct);
        return DialectJson.Answer(shape.Of(submitted.Value), StatusCodes.Status202Accepted);
    }

    async Task<NativeResult<CatalogModel>> ModelOfAsync(IReadOnlyDictionary<string, string> fields, NativeApi native, CancellationToken ct)
    {
        var catalog = await native.Models.GetAsync(ct);
        if (!catalog.Succeeded) return catalog.Refusal;
        var models = catalog.Value.Of(dialect);
        var asked = fields.GetValueOrDefault("model", "").Trim();
        return models.FirstOrDefault(one => one.Name.Equals(asked, StringComparison.OrdinalIgnoreCase)).Model
            ?? (NativeResult<CatalogModel>)AiStudioFaults.OneOf("model", models.Select(one => one.Name));
    }

    /// <summary>Absent means false, as in the document's own samples; null for a word that is neither.</summary>
    static bool? IsMock(IReadOnlyDictionary<string, string> fields) => fields.GetValueOrDefault("mockMode", "").Trim().ToLowerInvariant() switch
    {
        "true" => true,
        "false" or "" => false,
        _ => null,
    };

    /// <summary>A form's prompt that was left empty is none; one that only looks empty is refused like everywhere.</summary>
    static Dictionary<string, string> FieldsOf(IReadOnlyDictionary<string, string> fields) =>
        fields.Where(field => field.Key != "prompt" || field.Value.Length > 0).ToDictionary(StringComparer.Ordinal);
}
