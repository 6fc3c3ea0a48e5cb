namespace VideoGen.Gateway.Dialects.Native;

/// <summary>The caller's files.</summary>
internal sealed class AssetClient(HttpClient http)
{
    public async Task<NativeResult<Nothing>> DeleteAsync(Guid id, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"v1/assets/{id}");
        return await NativeCall.SendAsync(http, request, static (_, _) => Task.FromResult<Nothing?>(Nothing.Instance), ct);
    }
}
