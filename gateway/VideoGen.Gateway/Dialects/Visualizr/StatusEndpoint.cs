using VideoGen.Gateway.Dialects.Native;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary><c>GET /generate/status/{request_id}</c>.</summary>
internal static class StatusEndpoint
{
    public static async Task<IResult> HandleAsync(string requestId, NativeApi native, CancellationToken ct)
    {
        if (VisualizrId.ReadRequest(requestId) is not { } id) return VisualizrErrors.RequestNotFound();
        var job = await native.Jobs.GetAsync(id, ct);
        if (!job.Succeeded) return job.RefusalOr(VisualizrErrors.RequestNotFound());
        return DialectJson.Answer(VisualizrJob.StatusShapeOf(job.Value));
    }
}
