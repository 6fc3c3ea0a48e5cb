using Microsoft.Net.Http.Headers;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Connectors.Simulator;

namespace VideoGen.Providers.Outputs;

/// <summary>Where Storage fetches what the simulator and the media tools have made.</summary>
internal static class OutputEndpoints
{
    /// <param name="internal">The group <c>/internal</c>.</param>
    public static void MapOutputs(this RouteGroupBuilder @internal) => @internal.MapGet("/outputs/{attemptId:guid}/{index:int}", GetAsync);

    /// <summary>The file, with its size, an ETag and ranges.</summary>
    /// <param name="renewal">Counts how often the links were renewed; a script may have the first ones expired.</param>
    static async Task<IResult> GetAsync(
        Guid attemptId, int index, RenderStore store, WorkFolder folder, WarmSamples samples, CancellationToken ct, int renewal = 0)
    {
        if (await store.FindByReferenceAsync(attemptId, ct) is not { State: RenderState.Succeeded } row || index < 0 || index >= row.Outputs.Count)
            return Problems.Of(ErrorCodes.NotFound);
        if (row.Order.Script is { ExpireOutputs: true } && renewal == 0) return Problems.Of(ErrorCodes.LinkExpired);
        var file = row.Outputs[index];
        var tag = new EntityTagHeaderValue($"\"{row.Id:n}-{index}\"");
        if (samples.Find(file.Path) is { } held) return Results.Bytes(held, file.MediaType, enableRangeProcessing: true, entityTag: tag);
        var path = folder.Absolute(file.Path);
        if (!File.Exists(path)) return Problems.Of(ErrorCodes.NotFound, "This process does not have the file (any more).");
        return Results.File(path, file.MediaType, enableRangeProcessing: true, entityTag: tag);
    }
}
