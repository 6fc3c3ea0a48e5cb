using System.Net;
using Microsoft.Extensions.Options;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>Brings the inputs of a local render onto this machine, streamed, never larger than allowed.</summary>
internal sealed class AssetFetcher(HttpClient http, IOptions<ProvidersOptions> options)
{
    /// <summary>The files, or why they can't be had for good. An exception means: try again.</summary>
    public async Task<(IReadOnlyList<FetchedAsset> Inputs, Refusal? Refusal)> FetchAsync(
        IReadOnlyList<GenerationAsset> assets, string folder, CancellationToken ct)
    {
        var fetched = new List<FetchedAsset>();
        foreach (var asset in assets)
        {
            var path = Path.Combine(folder, $"input-{fetched.Count}");
            if (await FetchAsync(asset, path, ct) is { } refusal) return (fetched, refusal);
            fetched.Add(new FetchedAsset(asset, path));
        }

        return (fetched, null);
    }

    async Task<Refusal?> FetchAsync(GenerationAsset asset, string path, CancellationToken ct)
    {
        using var response = await http.GetAsync(asset.Url, HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.Forbidden)
            return Refusal.OfInput($"{asset.Field}: the asset {asset.AssetId} is not there any more.", $"{(int)response.StatusCode} from storage");
        response.EnsureSuccessStatusCode();
        var limit = options.Value.MaxInputBytes;
        if (response.Content.Headers.ContentLength > limit) return TooLarge(asset, limit);

        await using var source = await response.Content.ReadAsStreamAsync(ct);
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        var buffer = new byte[128 * 1024];
        long total = 0;
        int read;
        while ((read = await source.ReadAsync(buffer, ct)) > 0)
        {
            total += read;
            if (total > limit) return TooLarge(asset, limit);
            await file.WriteAsync(buffer.AsMemory(0, read), ct);
        }

        return null;
    }

    static Refusal TooLarge(GenerationAsset asset, long limit) =>
        Refusal.OfInput($"{asset.Field}: the file is larger than {limit / (1 << 20)} MB.");
}
