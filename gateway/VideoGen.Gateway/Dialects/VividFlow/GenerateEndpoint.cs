using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;
using VideoGen.Storage.Contracts;

namespace VideoGen.Gateway.Dialects.VividFlow;

/// <summary>
/// <c>POST /generate</c>: image present → prompt → model → image usable → parameters, the first failing one is named. The image is stored
/// while it arrives, wherever in the form it stands, and deleted again when the request is refused.
/// </summary>
internal sealed class GenerateEndpoint(IDialect dialect)
{
    const string DefaultModel = "wan2.1";

    static readonly string[] ImageTypes = ["image/jpeg", "image/png", "image/webp"];

    public async Task<IResult> HandleAsync(HttpContext context, DialectRequest mine, NativeApi native, ILogger<GenerateEndpoint> log, CancellationToken ct)
    {
        if (MultipartForm.HoldsNoFile(context.Request)) return Problems.Of(ErrorCodes.InvalidRequest, VividFlowErrors.NoImage);

        await using var image = new PendingUpload(native, log);
        var form = await MultipartForm.ReadAsync(context.Request, (file, token) => file.Name == "image" ? image.TakeAsync(file, token) : Task.CompletedTask, ct);
        if (form.Fault is not null) return form.Fault;
        if (!image.IsPresent) return Problems.Of(ErrorCodes.InvalidRequest, VividFlowErrors.NoImage);
        if (!form.Fields.TryGetValue("prompt", out var prompt)
            || TextRules.IsBlank(prompt)) return Problems.Of(ErrorCodes.InvalidRequest, VividFlowErrors.NoPrompt);
        var model = await ModelOfAsync(form, native, ct);
        if (!model.Succeeded) return model.Refusal;
        if (!image.Answer.Succeeded) return image.Answer.Refusal;
        if (!ImageTypes.Contains(image.Answer.Value.MediaType, StringComparer.Ordinal)) return Problems.Of(ErrorCodes.InvalidMedia);

        var submitted = await SubmitAsync(context.Request, native, form, model.Value, image.Answer.Value, ct);
        image.KeepIfUsed(submitted, job => Names(job, image.Answer.Value.Id));
        if (!submitted.Succeeded) return FirstFault(submitted.Refusal, model.Value);

        context.Response.Headers.Location = mine.PathTo($"/status/{submitted.Value.Id}");
        return DialectJson.Answer(new { message = "Generation job accepted.", job_id = submitted.Value.Id }, StatusCodes.Status202Accepted);
    }

    async Task<NativeResult<CatalogModel>> ModelOfAsync(FormReading form, NativeApi native, CancellationToken ct)
    {
        var asked = form.Fields.TryGetValue("model", out var text) && !string.IsNullOrWhiteSpace(text) ? text.Trim() : DefaultModel;
        var catalog = await native.Models.GetAsync(ct);
        if (!catalog.Succeeded) return catalog.Refusal;
        var models = catalog.Value.Of(dialect);
        return models.FirstOrDefault(one => one.Name.Equals(asked, StringComparison.OrdinalIgnoreCase)).Model
            ?? (NativeResult<CatalogModel>)Problems.Of(ErrorCodes.ModelNotFound,
                $"Invalid model. Must be one of: {string.Join(", ", models.Select(one => one.Name).Order(StringComparer.Ordinal))}");
    }

    Task<NativeResult<JobView>> SubmitAsync(
        HttpRequest request, NativeApi native, FormReading form, CatalogModel model, AssetView image, CancellationToken ct)
    {
        // The document writes the default of the free texts as None; who copies that means none.
        var fields = form.Fields.Where(field => field.Value != "None" || field.Key == "prompt").ToDictionary(StringComparer.Ordinal);
        var input = FormInput.From(fields, model.InputSchema, skip: ["image"]);
        input["image"] = JsonValue.Create(image.Id);
        var fingerprint = RequestFingerprint.Of($"{dialect.Name} POST /generate", form.Fields, [KeyValuePair.Create("image", image.Sha256)]);
        return native.Submits.SubmitAsync(new SubmitJob(model.Slug, JsonSerializer.SerializeToElement(input)), RequestFingerprint.KeyOf(request), fingerprint, ct);
    }

    static bool Names(JobView job, Guid image) =>
        job.Input.TryGetProperty("image", out var value) && value.ValueKind == JsonValueKind.String && value.GetString() == image.ToString();

    /// <summary>The native answer lists every fault; Vivid Flow names one: the prompt's, then that of the first parameter in the model's order.</summary>
    static ProblemAnswer FirstFault(ProblemAnswer refusal, CatalogModel model) =>
        refusal.Problem.Code == ErrorCodes.InvalidRequest.Code && InputFault.AllOf(refusal, model.InputSchema) is [var first, ..]
            ? Problems.Of(ErrorCodes.InvalidRequest, $"Invalid {first.Field}: {first.Text}")
            : refusal;
}
