using System.Net;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>Brings assets into memory, for bodies that hold them. Vendors take some 10 MiB; more than that no body should have.</summary>
internal sealed class AssetReader(HttpClient http)
{
    const int MostBytes = 25 << 20;

    /// <summary>For all assets of a request together: the vendor is called afterwards.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The assets' bytes, or why they can't be had for good. An exception means that the vendor has not been asked.</summary>
    public async Task<(IReadOnlyList<AssetBytes> Assets, Refusal? Refusal)> FetchAsync(IReadOnlyList<GenerationAsset> assets,
        CancellationToken ct)
    {
        using var total = CancellationTokenSource.CreateLinkedTokenSource(ct);
        total.CancelAfter(Patience);
        return await FetchWithinAsync(assets, total.Token);
    }

    async Task<(IReadOnlyList<AssetBytes> Assets, Refusal? Refusal)> FetchWithinAsync(IReadOnlyList<GenerationAsset> assets,
        CancellationToken ct)
    {
        var (fetched, left) = (new List<AssetBytes>(), (long)MostBytes);
        foreach (var asset in assets)
        {
            if (asset.SizeBytes > left) return ([],
                Refusal.OfInput($"{asset.Field}: the files are larger than {MostBytes >> 20} MB together."));
            using var response = await http.GetAsync(asset.Url, HttpCompletionOption.ResponseHeadersRead, ct);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.Forbidden)
                return ([], Refusal.OfInput($"{asset.Field}: the asset {asset.AssetId} is not there any more.",
                    $"{(int)response.StatusCode} from storage"));
            response.EnsureSuccessStatusCode();
            await response.Content.LoadIntoBufferAsync(left, ct);
            var bytes = await response.Content.ReadAsByteArrayAsync(ct);
            left -= bytes.Length;
            fetched.Add(new AssetBytes(asset, bytes));
        }

        return (fetched, null);
    }
}
