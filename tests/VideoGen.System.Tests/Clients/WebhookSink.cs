using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace VideoGen.System.Tests.Clients;

/// <summary>One webhook as it came in.</summary>
sealed record ReceivedWebhook(string Id, string Timestamp, string Signature, byte[] Body)
{
    /// <summary>Names of all its headers.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    public Guid JobId => Json.GetProperty("data").GetProperty("id").GetGuid();

    /// <summary>Recomputes the signature of the Standard Webhooks specification.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{Id}.{Timestamp}."), .. Body];
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
        var age = DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(long.Parse(Timestamp, CultureInfo.InvariantCulture));
        return Signature.Split(' ').Contains(expected) && age.Duration() < TimeSpan.FromMinutes(5);
    }
}

/// <summary>A customer's webhook receiver on a loopback port.</summary>
sealed class WebhookSink : IAsyncDisposable
{
    readonly ConcurrentQueue<ReceivedWebhook> _received = new();
    readonly WebApplication _app;

    WebhookSink(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public IReadOnlyList<ReceivedWebhook> Received => [.. _received];

    public static async Task<WebhookSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var sink = new WebhookSink(app);
        app.MapPost("/hook", sink.TakeAsync);
        await app.StartAsync();
        return sink;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var headers = request.Headers;
        _received.Enqueue(new ReceivedWebhook(headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, body.ToArray())
        {
            Headers = [.. headers.Keys],
        });
        return Results.NoContent();
    }
}
