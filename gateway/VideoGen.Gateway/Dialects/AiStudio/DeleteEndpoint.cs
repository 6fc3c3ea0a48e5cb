using VideoGen.Gateway.Dialects.Native;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary><c>DELETE /video-jobs/{jobId}</c>: the job is gone, a running one is cancelled first; its video stays among the account's files.</summary>
internal static class DeleteEndpoint
{
    public static async Task<IResult> HandleAsync(string jobId, NativeApi native, CancellationToken ct)
    {
        if (ShownId.Read(jobId) is not { } id) return ErrorRow.JobNotFound();
        var deleted = await native.Jobs.DeleteAsync(id, keepFiles: true, ct);
        if (deleted.Succeeded) return Results.NoContent();
        return deleted.RefusalOr(ErrorRow.JobNotFound());
    }
}
