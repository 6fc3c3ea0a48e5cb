using VideoGen.Gateway.Dialects.Native;

namespace VideoGen.Gateway.Dialects.Vydra;

/// <summary><c>GET /jobs/{jobId}</c>.</summary>
internal static class JobEndpoint
{
    public static async Task<IResult> HandleAsync(string jobId, NativeApi native, CancellationToken ct)
    {
        if (VydraJob.ReadId(jobId) is not { } id) return ErrorRow.JobNotFound();
        var job = await native.Jobs.GetAsync(id, ct);
        if (!job.Succeeded) return job.RefusalOr(ErrorRow.JobNotFound());
        var catalog = await native.Models.GetAsync(ct);
        if (!catalog.Succeeded) return catalog.Refusal;

        // A model that has left the catalogue since stands for itself.
        var family = catalog.Value.Models.FirstOrDefault(model => model.Slug == job.Value.Model)?.Family ?? job.Value.Model;
        return DialectJson.Answer(VydraJob.ShapeOf(job.Value, family));
    }
}
