using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Gateway.OpenApi;

/// <summary>The merged document, made again when it is asked for and older than a minute. A service that is away keeps its last known part.</summary>
internal sealed class OpenApiDocument(IServiceScopeFactory scopes, TimeProvider time) : IDisposable
{
    static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(1);
    static readonly TimeSpan FreshForWithGaps = TimeSpan.FromSeconds(5);
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = HttpApi.ApiJson.Options.Encoder };

    readonly SemaphoreSlim _making = new(1, 1);
    readonly Dictionary<string, JsonObject> _parts = new(StringComparer.Ordinal);
    Made? _made;

    /// <summary>The document as UTF-8 JSON.</summary>
    public async Task<byte[]> GetAsync(CancellationToken ct)
    {
        if (_made is { } fresh && IsFresh(fresh)) return fresh.Json;
        await _making.WaitAsync(ct);
        try
        {
            if (_made is { } justMade && IsFresh(justMade)) return justMade.Json;
            await using var scope = scopes.CreateAsyncScope();
            var parts = await scope.ServiceProvider.GetRequiredService<OpenApiClient>().FetchAsync(ct);
            foreach (var (service, part) in parts) _parts[service] = part;
            var json = JsonSerializer.SerializeToUtf8Bytes(OpenApiMerge.Merge(_parts), Indented);
            _made = new Made(json, time.GetTimestamp(), HasGaps: parts.Count < Routes.RouteTable.Services.Count);
            return json;
        }
        finally
        {
            _making.Release();
        }
    }

    public void Dispose() => _making.Dispose();

    bool IsFresh(Made made) => time.GetElapsedTime(made.At) < (made.HasGaps ? FreshForWithGaps : FreshFor);

    sealed record Made(byte[] Json, long At, bool HasGaps);
}
