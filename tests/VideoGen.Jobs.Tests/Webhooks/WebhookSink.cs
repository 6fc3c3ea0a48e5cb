using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Webhooks;

/// <summary>A request as it arrived: the raw bytes, so that signatures can be checked.</summary>
internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Id => Headers["webhook-id"];

    public string[] Signatures => Headers["webhook-signature"].Split(' ');

    /// <summary>The receiver's side of Standard Webhooks: any of the signatures fits.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{Id}.{Headers["webhook-timestamp"]}."), .. Body];
        return Signatures.Contains("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
    }
}

/// <summary>A receiver on loopback: records everything, answers by path as told, else 200.</summary>
internal sealed class WebhookSink : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<Received> _received = new();
    readonly ConcurrentDictionary<string, Func<HttpContext, int, Task>> _answers = new();

    WebhookSink(WebApplication app) => _app = app;

    string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<WebhookSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var sink = new WebhookSink(app);
        app.Run(sink.ReceiveAsync);
        await app.StartAsync();
        return sink;
    }

    /// <summary>A URL of its own; what it answers gets the number of the request, from 1.</summary>
    public string Url(Func<HttpContext, int, Task>? answer = null)
    {
        var path = "/" + Guid.NewGuid().ToString("n");
        if (answer is not null) _answers[path] = answer;
        return Address + path;
    }

    public string UrlThatAnswers(params int[] statuses) => Url((http, number) =>
    {
        http.Response.StatusCode = statuses[Math.Min(number, statuses.Length) - 1];
        return Task.CompletedTask;
    });

    public string UrlThatHangs() => Url((http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted));

    public List<Received> At(string url) => [.. _received.Where(request => url.EndsWith(request.Path, StringComparison.Ordinal))];

    /// <summary>The requests to the URL, as soon as there are so many.</summary>
    public async Task<List<Received>> WaitAsync(string url, int count = 1)
    {
        await Eventually.ThatAsync(() => At(url).Count >= count, because: $"{count} requests to {url}");
        return At(url);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    async Task ReceiveAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _received.Enqueue(new Received(http.Request.Path, headers, body.ToArray()));
        var number = _received.Count(request => request.Path == http.Request.Path);
        if (!_answers.TryGetValue(http.Request.Path, out var answer)) return;
        try
        {
            await answer(http, number);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The sender gave up waiting, which is what a hanging receiver is for.
        }
    }
}
