using System.Text.Json;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary><c>POST /generate/video</c>: the body is the model's input, and <c>model</c> its name. Body → model → prompt → parameters.</summary>
internal sealed class GenerateEndpoint(IDialect dialect)
{
    const string DefaultModel = "stable-video-diffusion";

    public async Task<IResult> HandleAsync(HttpContext context, DialectRequest mine, NativeApi native, CancellationToken ct)
    {
        var (input, fault) = await JsonInput.ReadAsync(context.Request, ct);
        if (fault is not null) return fault;
        if (!input.Remove("model", out var asked)) asked = DefaultModel;
        if (asked?.GetValueKind() != JsonValueKind.String) return Problems.Of(ErrorCodes.InvalidRequest, "model must be a text");
        var model = await VisualizrModels.FindAsync(dialect, native, asked.GetValue<string>(), ct);
        if (!model.Succeeded) return model.Refusal;
        if (VisualizrSubmit.IsBlankPrompt(input)) return VisualizrErrors.PromptFault("prompt must not be blank");

        var submitted = await VisualizrSubmit.SubmitAsync(context.Request, native, "/generate/video", model.Value, input, ct);
        if (!submitted.Succeeded) return submitted.Refusal;
        var shape = VisualizrSubmit.ShapeOf(context.Response, mine, submitted.Value, model.Value);
        shape["queue_position"] = submitted.Value.QueuePosition ?? 0;
        shape["created_at"] = DialectJson.Time(submitted.Value.CreatedAt);
        return DialectJson.Answer(shape);
    }
}
