using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace VideoGen.Bench.Whole;

/// <summary>What a genuine webhook told of a job's end.</summary>
/// <param name="At">When it came.</param>
/// <param name="Status">The job's.</param>
/// <param name="EndedAt">The job's, by the clock of this machine.</param>
/// <param name="Sha256">Of the first file; null where there is none.</param>
internal sealed record JobEnd(DateTimeOffset At, string Status, DateTimeOffset EndedAt, string? Sha256);

/// <summary>A server on 127.0.0.1 that takes webhooks, checks every signature and notes what the genuine ones said.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, byte[]> _keys = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, JobEnd> _ends = new(StringComparer.Ordinal);
    readonly WebApplication _server;
    int _received, _refused;

    WebhookReceiver(WebApplication server) => _server = server;

    /// <summary>Requests so far.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>Those whose signature was wrong, or that no secret is known for.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var receiver = new WebhookReceiver(server);
        server.MapPost("/hooks/{name}", receiver.TakeAsync);
        await server.StartAsync();
        return receiver;
    }

    public string UrlOf(string name) => $"{_server.Urls.First()}/hooks/{name}";

    /// <summary>From now on it takes what is signed with this secret, at this name's URL.</summary>
    public void Trust(string name, string secret) => _keys[name] = WebhookCheck.KeyOf(secret);

    public JobEnd? EndOf(string job) => _ends.GetValueOrDefault(job);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    async Task<IResult> TakeAsync(string name, HttpRequest request)
    {
        var now = DateTimeOffset.UtcNow;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        Interlocked.Increment(ref _received);
        if (!IsGenuine(name, request.Headers, body.GetBuffer().AsSpan(0, (int)body.Length), now))
        {
            Interlocked.Increment(ref _refused);
            return Results.BadRequest();
        }

        using var said = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
        var job = said.RootElement.GetProperty("data");
        var id = job.GetProperty("id").GetString()!;
        var (status, endedAt) = (job.GetProperty("status").GetString()!, job.GetProperty("ended_at").GetDateTimeOffset());
        _ends.TryAdd(id, new JobEnd(now, status, endedAt, Sha256Of(job)));
        return Results.NoContent();
    }

    bool IsGenuine(string name, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        _keys.TryGetValue(name, out var key)
        && WebhookCheck.IsGenuine(key, headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], body, now);

    static string? Sha256Of(JsonElement job) =>
        job.GetProperty("output") is { ValueKind: JsonValueKind.Object } output
        && output.TryGetProperty("assets", out var assets) && assets.ValueKind == JsonValueKind.Array && assets.GetArrayLength() > 0
            ? assets[0].GetProperty("sha256").GetString()
            : null;
}
