using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Links;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Retention;
using LinkOptions = VideoGen.HttpApi.Links.LinkOptions;

namespace VideoGen.Storage.Links;

/// <summary>Makes signed links to assets and checks those that come back.</summary>
internal sealed class AssetLinks(IOptions<LinkOptions> links, IOptions<StorageOptions> storage, IServer server, TimeProvider time)
{
    /// <summary>The query parameter of a link whose bytes come from this service in any case.</summary>
    public const string Direct = "direct";

    public const string Content = "content";
    public const string Thumbnail = "thumbnail";
    public const string Preview = "preview";

    static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    readonly LinkSigner _signer = new(Encoding.UTF8.GetBytes(links.Value.SigningKey));

    /// <summary>The asset as API answers show it, with links through the gateway.</summary>
    public AssetView View(AssetRow asset)
    {
        var expires = time.GetUtcNow() + links.Value.Lifetime;
        return new AssetView(
            asset.Id, asset.Kind, asset.Origin, asset.JobId, asset.MediaType, asset.FileName, asset.SizeBytes, asset.Sha256, asset.Width, asset.Height,
            asset.DurationSeconds, asset.Fps, asset.HasAudio, Public(Content)!,
            asset.Objects.Thumbnail is null ? null : Public(Thumbnail), asset.Objects.Preview is null ? null : Public(Preview), asset.CreatedAt,
            asset.Codec, asset.BitrateKbps, AssetExpiry.Of(asset, storage.Value.Retention), asset.Test);

        string Public(string rendition) => links.Value.PublicUrl.TrimEnd('/') + _signer.Sign(PathOf(asset.Id, rendition), expires);
    }

    /// <summary>A link to the bytes that the other services can reach; it never leads on to another server.</summary>
    public Uri Internal(Guid assetId, TimeSpan valid) => new(SelfUrl() + _signer.Sign(PathOf(assetId, Content), time.GetUtcNow() + valid) + $"&{Direct}=true");

    /// <summary>Whether a request comes by a link, genuine or not; without a signature what else it says of one is not looked at.</summary>
    public static bool IsLink(IQueryCollection query) => query.ContainsKey("signature");

    /// <summary>How long a genuine link still works; null for a request without one.</summary>
    public TimeSpan? Remaining(IQueryCollection query) =>
        IsLink(query) && ExpiryOf(query) is { } expires ? expires - time.GetUtcNow() : null;

    /// <summary>Whether the query of a request is a link to this rendition that we signed and that has not expired.</summary>
    public bool IsGenuine(Guid assetId, string rendition, IQueryCollection query)
    {
        var name = query.TryGetValue("download", out var download) ? download.ToString() : null;
        return ExpiryOf(query) is not null
            && _signer.Verify(PathOf(assetId, rendition), query["expires"], name, query["signature"], time.GetUtcNow());
    }

    /// <summary>Null for what is no time: text, several values, a number past the last year of the calendar.</summary>
    static DateTimeOffset? ExpiryOf(IQueryCollection query) =>
        long.TryParse(query["expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    static string PathOf(Guid assetId, string rendition) => $"/v1/assets/{assetId:d}/{rendition}";

    string SelfUrl()
    {
        if (storage.Value.SelfUrl is { Length: > 0 } configured) return configured.TrimEnd('/');
        var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(address => address.StartsWith("http://", StringComparison.Ordinal))
            ?? throw new InvalidOperationException("Set Storage:SelfUrl: this process listens on no http address.");
        // Listening on every address is no address to call.
        return bound.TrimEnd('/').Replace("//[::]:", "//127.0.0.1:").Replace("//0.0.0.0:", "//127.0.0.1:").Replace("//+:", "//127.0.0.1:").Replace("//*:", "//127.0.0.1:");
    }
}
