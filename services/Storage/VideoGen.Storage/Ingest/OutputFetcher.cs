using System.Buffers;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;
using VideoGen.Egress;
using VideoGen.Storage.Contracts.Commands;
using VideoGen.Storage.Media;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Ingest;

/// <summary>
/// Brings one output to a work file: from the command itself, from our own Providers with a caller token, or from the vendor
/// through the egress guard. The token goes to configured addresses of Providers and to its route of outputs, nowhere else.
/// </summary>
internal sealed class OutputFetcher(ProvidersClient providers, EgressClient egress, ServiceEndpointResolver addresses, IOptions<StorageOptions> options)
{
    const string OutputsPath = "/internal/outputs/";

    public async Task<FetchResult> FetchAsync(OutputSource output, WorkFile target, CancellationToken ct)
    {
        await using var file = new HashingStream(target.Path);
        FetchResult? failure;
        if (output.Inline is { } inline)
        {
            await file.WriteAsync(inline, ct);
            failure = null;
        }
        else if (output.Url is not { IsAbsoluteUri: true } url) return new FetchResult.Unusable("The provider gave neither a file nor a link to one.");
        else if (await IsOursAsync(url, ct)) failure = await providers.DownloadAsync(url, file, options.Value.MaxOutputBytes, ct);
        else failure = await DownloadAsync(url, file, ct);
        if (failure is not null) return failure;
        return file.SizeBytes > 0
            ? new FetchResult.Ok(new ReceivedFile(target.Path, file.Sha256(), file.SizeBytes))
            : new FetchResult.Unusable("The provider's file is empty.");
    }

    async ValueTask<bool> IsOursAsync(Uri url, CancellationToken ct)
    {
        if (!url.AbsolutePath.StartsWith(OutputsPath, StringComparison.Ordinal)) return false;
        if (url.Host == ProvidersClient.Service) return true;
        var known = await addresses.GetEndpointsAsync($"http://{ProvidersClient.Service}", ct);
        return known.Endpoints.Any(one => one.EndPoint is UriEndPoint address && IsSame(address.Uri, url));
    }

    /// <summary>The same origin; <c>localhost</c> and <c>127.0.0.1</c> are one host.</summary>
    static bool IsSame(Uri address, Uri url) =>
        address.Scheme == url.Scheme && address.Port == url.Port && (address.Host == url.Host || (address.IsLoopback && url.IsLoopback));

    async Task<FetchResult?> DownloadAsync(Uri url, HashingStream file, CancellationToken ct)
    {
        var profile = EgressProfile.VendorResult;
        var download = await egress.DownloadAsync(url, profile, file, new EgressLimits(options.Value.MaxOutputBytes), ct);
        return download.Failure is { } failure ? Judge(failure) : null;
    }

    /// <summary>What a failed download means for the job.</summary>
    internal static FetchResult Judge(EgressFailure failure) => failure switch
    {
        { Status: { } status } when FetchResult.OfStatus(status) is { } meaning => meaning,
        { IsTransient: true } => new FetchResult.Transient(failure.Message),
        _ => new FetchResult.Unusable(failure.Message),
    };
}

/// <summary>Downloads from Providers' own addresses.</summary>
internal sealed class ProvidersClient(HttpClient http)
{
    public const string Service = "providers";

    static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(30);

    /// <summary>Null when the whole body is written; outcomes of the other side are values.</summary>
    public async Task<FetchResult?> DownloadAsync(Uri url, HashingStream target, long maxBytes, CancellationToken ct)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(ct);
        idle.CancelAfter(IdleLimit);
        try
        {
            using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, idle.Token);
            if (!response.IsSuccessStatusCode)
                return FetchResult.OfStatus((int)response.StatusCode) ?? new FetchResult.Unusable($"The provider answered {(int)response.StatusCode}.");
            await using var body = await response.Content.ReadAsStreamAsync(idle.Token);
            return await CopyAsync(body, target, maxBytes, idle);
        }
        catch (HttpRequestException broken)
        {
            return new FetchResult.Transient($"The provider can't be reached ({broken.HttpRequestError}).");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new FetchResult.Transient("The provider does not answer in time.");
        }
    }

    static async Task<FetchResult?> CopyAsync(Stream body, HashingStream target, long maxBytes, CancellationTokenSource idle)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (true)
            {
                int read;
                try
                {
                    read = await body.ReadAsync(buffer, idle.Token);
                }
                catch (Exception broken) when (broken is IOException or HttpRequestException)
                {
                    return new FetchResult.Transient("The connection ended before the whole file had come.");
                }
                if (read == 0) return null;
                if (target.SizeBytes + read > maxBytes) return new FetchResult.Unusable($"The provider's file is larger than {maxBytes} bytes.");
                await target.WriteAsync(buffer.AsMemory(0, read), idle.Token);
                idle.CancelAfter(IdleLimit);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

internal abstract record FetchResult
{
    internal sealed record Ok(ReceivedFile File) : FetchResult;

    /// <summary>The link no longer works; a fresh one may.</summary>
    internal sealed record Expired(string Message) : FetchResult;

    /// <summary>The same link may work later.</summary>
    internal sealed record Transient(string Message) : FetchResult;

    /// <summary>No repetition makes this a file.</summary>
    internal sealed record Unusable(string Message) : FetchResult;

    /// <summary>What a status other than success means; null for those that say nothing about the file.</summary>
    public static FetchResult? OfStatus(int status) => status switch
    {
        401 or 403 or 404 or 410 => new Expired($"The provider's link no longer works (status {status})."),
        408 or 425 or 429 or >= 500 => new Transient($"The provider answered {status}."),
        _ => null,
    };
}
