using VideoGen.Storage.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>The caller's files.</summary>
internal sealed class AssetClient(HttpClient http)
{
    public async Task<NativeResult<Nothing>> DeleteAsync(Guid id, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"v1/assets/{id}");
        return await NativeCall.SendAsync(http, request, static (_, _) => Task.FromResult<Nothing?>(Nothing.Instance), ct);
    }

    /// <summary>Deletes what a job made, and tells how much that frees.</summary>
    public async Task<NativeResult<RemovedAssets>> DeleteOfJobAsync(Guid jobId, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"v1/assets?job_id={jobId}");
        return await NativeCall.SendAsync<RemovedAssets>(http, request, ct);
    }
}
