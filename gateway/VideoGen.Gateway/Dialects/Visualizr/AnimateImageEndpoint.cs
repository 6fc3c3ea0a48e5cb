using System.Text.Json.Nodes;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>
/// <c>POST /generate/video/from-image</c>: a form with a picture. Image present → model → image usable → parameters. The picture is stored
/// while it arrives, and deleted again when the request is refused.
/// </summary>
internal sealed class AnimateImageEndpoint(IDialect dialect)
{
    const string FormField = "image";

    static ProblemAnswer NoImage => Problems.Of(ErrorCodes.InvalidRequest, "image is required: a picture file");

    public async Task<IResult> HandleAsync(HttpContext context, DialectRequest mine, NativeApi native, ILogger<AnimateImageEndpoint> log, CancellationToken ct)
    {
        if (MultipartForm.HoldsNoFile(context.Request)) return NoImage;
        await using var image = new PendingUpload(native, log);
        var form = await MultipartForm.ReadAsync(context.Request, (file, token) => file.Name == FormField ? image.TakeAsync(file, token) : Task.CompletedTask, ct);
        if (form.Fault is not null) return form.Fault;
        if (!image.IsPresent) return NoImage;
        var name = form.Fields.TryGetValue("model", out var text) && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
        var model = await VisualizrModels.FindAsync(dialect, native, name, VisualizrModels.MovesImages, ct);
        if (!model.Succeeded) return model.Refusal;
        if (!image.Answer.Succeeded) return image.Answer.Refusal;

        var submitted = await SubmitAsync(context.Request, native, form, model.Value, image, ct);
        if (!submitted.Succeeded) return submitted.Refusal;
        var shape = VisualizrSubmit.ShapeOf(context.Response, mine, submitted.Value, model.Value);
        shape["created_at"] = DialectJson.Time(submitted.Value.CreatedAt);
        return DialectJson.Answer(shape);
    }

    static async Task<NativeResult<JobView>> SubmitAsync(
        HttpRequest request, NativeApi native, FormReading form, CatalogModel model, PendingUpload image, CancellationToken ct)
    {
        var asset = image.Answer.Value!;
        var field = VisualizrModels.ImageFieldOf(model)!;
        var input = FormInput.From(form.Fields, model.InputSchema, skip: [field]);
        input[field] = JsonValue.Create(asset.Id);
        var fingerprint = RequestFingerprint.Of("visualizr POST /generate/video/from-image", form.Fields, [KeyValuePair.Create(FormField, asset.Sha256)]);
        var submitted = await VisualizrSubmit.SubmitAsync(request, native, model, input, fingerprint, ct);
        image.KeepIfUsed(submitted, job => job.TextInput(field) == asset.Id.ToString());
        return submitted;
    }
}
