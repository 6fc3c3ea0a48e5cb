using VideoGen.Gateway.Dialects.Native;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary><c>POST /generate/character-animation</c>: the body is the input of the model that knows the characters.</summary>
internal sealed class AnimateCharacterEndpoint(IDialect dialect)
{
    public async Task<IResult> HandleAsync(HttpContext context, DialectRequest mine, NativeApi native, CancellationToken ct)
    {
        var (input, fault) = await JsonInput.ReadAsync(context.Request, ct);
        if (fault is not null) return fault;
        var model = await VisualizrModels.FindAsync(dialect, native, name: null, VisualizrModels.KnowsCharacters, ct);
        if (!model.Succeeded) return model.Refusal;

        var submitted = await VisualizrSubmit.SubmitAsync(context.Request, native, "/generate/character-animation", model.Value, input, ct);
        if (!submitted.Succeeded) return submitted.Refusal;
        var job = submitted.Value;
        var answer = VisualizrSubmit.ShapeOf(context.Response, mine, job, model.Value);
        answer.Insert(2, "character_id", VisualizrId.CharacterOf(job));
        answer["created_at"] = DialectJson.Time(job.CreatedAt);
        return DialectJson.Answer(answer);
    }
}
