using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Dialects.Visualizr.Operations;

/// <summary><c>POST /models/{model_id}/load</c> and <c>/unload</c>.</summary>
internal sealed class MemoryEndpoints(IDialect dialect)
{
    public async Task<IResult> LoadAsync(string modelId, HttpContext context, NativeApi native, CancellationToken ct)
    {
        if (context.Features.Get<Caller>()!.Demand(Scope.JobsWrite) is { } forbidden) return forbidden;
        var model = await VisualizrModels.FindAsync(dialect, native, modelId, ct);
        if (!model.Succeeded) return model.Refusal;
        var load = await context.RequestServices.GetRequiredService<MemoryClient>().LoadAsync(model.Value.Slug, ct);
        if (!load.Succeeded) return load.Refusal;
        return DialectJson.Answer(new
        {
            model_id = modelId,
            status = load.Value.State,
            estimated_load_time_seconds = load.Value.ExpectedSeconds,
            started_at = DialectJson.Time(load.Value.StartedAt),
        });
    }

    public async Task<IResult> UnloadAsync(string modelId, HttpContext context, NativeApi native, CancellationToken ct)
    {
        if (context.Features.Get<Caller>()!.Demand(Scope.JobsWrite) is { } forbidden) return forbidden;
        var model = await VisualizrModels.FindAsync(dialect, native, modelId, ct);
        if (!model.Succeeded) return model.Refusal;
        var unload = await context.RequestServices.GetRequiredService<MemoryClient>().UnloadAsync(model.Value.Slug, ct);
        if (!unload.Succeeded) return unload.Refusal;
        return DialectJson.Answer(new
        {
            model_id = modelId,
            status = "unloaded",
            freed_memory_gb = Shown.Memory(unload.Value.FreedBytes),
            unloaded_at = DialectJson.Time(unload.Value.UnloadedAt),
        });
    }
}
