using System.Net;
using System.Net.Http.Headers;
using VideoGen.HttpApi;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>Providers' catalogue of models.</summary>
internal sealed class CatalogClient(HttpClient http)
{
    /// <summary>The catalogue, or null when it is still the one with this tag.</summary>
    /// <exception cref="HttpRequestException">Providers is away or answered with an error.</exception>
    public async Task<(Catalog Catalog, EntityTagHeaderValue? Tag)?> FetchAsync(EntityTagHeaderValue? known, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "internal/catalog");
        if (known is not null) request.Headers.IfNoneMatch.Add(known);
        using var response = await http.SendAsync(request, ct);
        if (response.StatusCode == HttpStatusCode.NotModified) return null;
        response.EnsureSuccessStatusCode();
        var catalog = await response.Content.ReadFromJsonAsync<Catalog>(ApiJson.Options, ct);
        return catalog is null ? throw new HttpRequestException("The catalogue is empty") : (catalog, response.Headers.ETag);
    }
}
