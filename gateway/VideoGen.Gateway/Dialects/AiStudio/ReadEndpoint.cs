using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary><c>GET /video-jobs/{jobId}</c>.</summary>
internal static class ReadEndpoint
{
    public static async Task<IResult> HandleAsync(string jobId, NativeApi native, Caller caller, CancellationToken ct)
    {
        if (ShownId.Read(jobId) is not { } id) return AiStudioErrors.JobNotFound();
        var job = await native.Jobs.GetAsync(id, ct);
        if (!job.Succeeded) return job.IsRefusedWith(ErrorCodes.NotFound) ? AiStudioErrors.JobNotFound() : job.Refusal;
        return DialectJson.Answer((await VideoJobShape.ForAsync(native, caller, ct)).Of(job.Value));
    }
}
