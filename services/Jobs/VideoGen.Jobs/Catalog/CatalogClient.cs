using System.Net;
using System.Net.Http.Headers;

namespace VideoGen.Jobs.Catalog;

/// <summary>Asks Providers for the catalogue.</summary>
internal sealed class CatalogClient(HttpClient http)
{
    /// <summary>The catalogue's tag and body, or null when it is still the one with <paramref name="knownETag"/>.</summary>
    /// <exception cref="HttpRequestException">Providers is away or answered with an error.</exception>
    public async Task<(string ETag, string Json)?> FetchAsync(string? knownETag, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "internal/catalog");
        if (knownETag is not null && EntityTagHeaderValue.TryParse(knownETag, out var tag)) request.Headers.IfNoneMatch.Add(tag);
        using var response = await http.SendAsync(request, ct);
        if (response.StatusCode == HttpStatusCode.NotModified) return null;
        response.EnsureSuccessStatusCode();
        return (response.Headers.ETag?.ToString() ?? "", await response.Content.ReadAsStringAsync(ct));
    }
}
