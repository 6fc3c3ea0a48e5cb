using VideoGen.Gateway.Dialects.Native;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr.Operations;

/// <summary>Providers' models in memory.</summary>
internal sealed class MemoryClient(HttpClient http)
{
    public async Task<NativeResult<ModelMemory>> GetAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "internal/memory");
        return await NativeCall.SendAsync<ModelMemory>(http, request, ct);
    }

    /// <param name="slug">The catalogue's name of the model.</param>
    public async Task<NativeResult<ModelLoad>> LoadAsync(string slug, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"internal/models/{slug}/load");
        return await NativeCall.SendAsync<ModelLoad>(http, request, ct);
    }

    public async Task<NativeResult<ModelUnload>> UnloadAsync(string slug, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"internal/models/{slug}/unload");
        return await NativeCall.SendAsync<ModelUnload>(http, request, ct);
    }
}

/// <summary>How much an account, or one world of it, stores.</summary>
internal sealed class UsageClient(HttpClient http)
{
    public async Task<NativeResult<StorageUsage>> OfAsync(World world, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "internal/usage" + StatisticsClient.QueryOf(world));
        return await NativeCall.SendAsync<StorageUsage>(http, request, ct);
    }
}
