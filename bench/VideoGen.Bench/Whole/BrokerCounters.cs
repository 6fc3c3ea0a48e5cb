using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace VideoGen.Bench.Whole;

/// <summary>RabbitMQ's own count of messages, where its management plugin runs.</summary>
internal sealed class BrokerCounters(HttpClient http)
{
    /// <param name="address">With user and password, for example <c>http://guest:guest@127.0.0.1:15672</c>.</param>
    public static BrokerCounters At(Uri address)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address.GetLeftPart(UriPartial.Authority).Replace(address.UserInfo + "@", "", StringComparison.Ordinal)) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        return new BrokerCounters(http);
    }

    /// <summary>Absent until the first message.</summary>
    public async Task<long?> PublishedAsync()
    {
        using var overview = JsonDocument.Parse(await http.GetByteArrayAsync("/api/overview"));
        return overview.RootElement.TryGetProperty("message_stats", out var stats) && stats.TryGetProperty("publish", out var published) ? published.GetInt64() : 0;
    }
}
