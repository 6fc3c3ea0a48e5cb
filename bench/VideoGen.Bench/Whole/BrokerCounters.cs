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
        var http = LoadClient.For($"{address.Scheme}://{address.Authority}");
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo)));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        return new BrokerCounters(http);
    }

    /// <summary>0 before the first message: the figure is absent then.</summary>
    public async Task<long?> PublishedAsync()
    {
        using var overview = JsonDocument.Parse(await http.GetByteArrayAsync("/api/overview"));
        return overview.RootElement.TryGetProperty("message_stats", out var stats) && stats.TryGetProperty("publish", out var published)
            ? published.GetInt64()
            : 0;
    }
}
