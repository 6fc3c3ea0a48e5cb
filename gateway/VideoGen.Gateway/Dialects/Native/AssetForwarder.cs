using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Forwarder;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>
/// Streams a stored file from Storage to the client, as the native route does: ranges, conditions and all, with no more than a buffer of it
/// here. What Storage refuses comes back as a refusal, for the dialect to put into its words.
/// </summary>
internal sealed class AssetForwarder(IHttpForwarder forwarder, IProxyStateLookup proxies, CallerToken tokens)
{
    const string Cluster = "storage-transfer";

    /// <param name="rendition"><c>content</c>, <c>thumbnail</c> or <c>preview</c>.</param>
    /// <param name="query">Of a signed link; empty to ask in the caller's name.</param>
    /// <returns>The refusal; null when the file, or a failure of the way there, has been answered.</returns>
    public async Task<ProblemAnswer?> SendAsync(HttpContext context, Guid assetId, string rendition, QueryString query)
    {
        if (!proxies.TryGetCluster(Cluster, out var cluster)) throw new InvalidOperationException($"There is no cluster {Cluster}.");
        var destinations = cluster.DestinationsState.AvailableDestinations;
        if (destinations.Count == 0) return Problems.Of(ErrorCodes.ServiceUnavailable, retryAfter: TimeSpan.FromSeconds(1));
        var destination = destinations[Random.Shared.Next(destinations.Count)].Model.Config.Address;
        var way = new Way(tokens, $"/v1/assets/{assetId}/{rendition}", query);
        await forwarder.SendAsync(context, destination, cluster.Model.HttpClient, cluster.Model.Config.HttpRequest ?? ForwarderRequestConfig.Empty, way);
        return way.Refusal;
    }

    sealed class Way(CallerToken tokens, string path, QueryString query) : HttpTransformer
    {
        public ProblemAnswer? Refusal { get; private set; }

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, path, query);
            proxyRequest.Headers.Host = null;
            if (httpContext.Features.Get<Caller>() is { } caller) proxyRequest.Headers.Add(CallerToken.Header, tokens.Issue(caller));
        }

        public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is not { IsSuccessStatusCode: false, StatusCode: >= System.Net.HttpStatusCode.BadRequest } refused)
                return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
            Refusal = await NativeCall.RefusalOfAsync(refused, cancellationToken);
            if (refused.Content.Headers.ContentRange is { } size) httpContext.Response.Headers.ContentRange = size.ToString();
            return false;
        }
    }
}
