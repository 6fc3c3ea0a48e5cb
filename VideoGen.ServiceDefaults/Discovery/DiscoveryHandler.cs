using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;

namespace VideoGen.ServiceDefaults.Discovery;

/// <summary>
/// Resolves <c>http://accounts/…</c> by the convention <c>services__accounts__http__0</c> (and <c>__1</c> … for replicas, used in
/// turn). A host that is not configured goes out as it is, so DNS names of a cluster work too.
/// </summary>
public sealed class DiscoveryHandler(ServiceAddresses addresses) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { } uri && addresses.Next(uri.Host) is { } address)
            request.RequestUri = new Uri(address, uri.PathAndQuery);
        return base.SendAsync(request, cancellationToken);
    }
}

/// <summary>The addresses of the other services, as configuration gave them when each was first asked for.</summary>
public sealed class ServiceAddresses(IConfiguration configuration)
{
    readonly ConcurrentDictionary<string, Uri[]> _known = new(StringComparer.OrdinalIgnoreCase);
    int _turn;

    /// <summary>The next address of a service in turn, or null for a name that is not configured.</summary>
    public Uri? Next(string service)
    {
        var all = All(service);
        return all.Count == 0 ? null : all[(int)((uint)Interlocked.Increment(ref _turn) % (uint)all.Count)];
    }

    /// <summary>Every configured address of a service.</summary>
    public IReadOnlyList<Uri> All(string service) => _known.GetOrAdd(service, Read);

    Uri[] Read(string service) =>
        [.. configuration.GetSection($"services:{service}:http").GetChildren().Where(child => child.Value is { Length: > 0 }).Select(child => new Uri(child.Value!))];
}
