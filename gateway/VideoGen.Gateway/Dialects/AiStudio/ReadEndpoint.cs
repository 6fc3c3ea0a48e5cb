using VideoGen.Gateway.Dialects.Native;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary><c>GET /video-jobs/{jobId}</c>.</summary>
internal static class ReadEndpoint
{
    public static async Task<IResult> HandleAsync(string jobId, NativeApi native, Caller caller, CancellationToken ct)
    {
        if (ShownId.Read(jobId) is not { } id) return ErrorRow.JobNotFound();
        var job = await native.Jobs.GetAsync(id, ct);
        if (!job.Succeeded) return job.RefusalOr(ErrorRow.JobNotFound());
        return DialectJson.Answer((await AiStudioJob.ForAsync(native, caller, ct)).Of(job.Value));
    }
}
