using System.Net.Http.Headers;

namespace VideoGen.Bench.Whole;

/// <summary>Clients that put load on an address: as many connections as there are requests at once.</summary>
internal static class LoadClient
{
    public static HttpClient For(string address) =>
        new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = new Uri(address) };

    /// <summary>The request with a key.</summary>
    public static HttpRequestMessage By(this HttpRequestMessage request, string key)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }
}
