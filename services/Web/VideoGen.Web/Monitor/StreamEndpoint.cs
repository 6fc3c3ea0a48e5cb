using System.IO.Pipelines;
using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Errors;
using VideoGen.Web.Access;

namespace VideoGen.Web.Monitor;

/// <summary>
/// <c>GET …/live</c>: server-sent events. It begins with the word to read everything anew, so a browser that comes back after any absence
/// needs no memory of ours. It ends when the browser leaves, takes nothing for too long, or is no operator any more.
/// </summary>
internal sealed class StreamEndpoint(
    LiveStreams streams, Operators operators, IOptions<MonitorOptions> options, IHostApplicationLifetime lifetime, TimeProvider time)
{
    static readonly TimeSpan TooManyRetry = TimeSpan.FromSeconds(10);

    static readonly byte[] Opening = "retry: 1000\n\n"u8.ToArray();
    static readonly byte[] Heartbeat = ": heartbeat\n\n"u8.ToArray();

    public async Task<IResult> RunAsync(HttpContext http)
    {
        using var stream = streams.TryOpen();
        if (stream is null) return Problems.Of(ErrorCodes.ServiceUnavailable, "Too many browsers watch.", retryAfter: TooManyRetry);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await WriteAsync(http, stream, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The browser has left or we stop; it comes back, to us or to another instance.
        }
        catch (TimeoutException)
        {
            http.Abort(); // It takes nothing; what is buffered for it is let go.
        }
        return Results.Empty;
    }

    async Task WriteAsync(HttpContext http, LiveStream stream, CancellationToken ct)
    {
        var output = http.Response.BodyWriter;
        await SendAsync(output, Opening, ct);
        var (checkedAt, heartbeat) = (time.GetTimestamp(), options.Value.Heartbeat);
        while (true)
        {
            var message = await NextAsync(stream, heartbeat, ct);
            if (time.GetElapsedTime(checkedAt) >= heartbeat)
            {
                if (!await MayWatchAsync(http, ct))
                {
                    await SendAsync(output, LiveMessage.Bye.Frame, ct);
                    return;
                }
                checkedAt = time.GetTimestamp();
            }
            await SendAsync(output, message?.Frame ?? Heartbeat, ct);
        }
    }

    /// <summary>Null after a while without any.</summary>
    async Task<LiveMessage?> NextAsync(LiveStream stream, TimeSpan patience, CancellationToken ct)
    {
        if (stream.Messages.TryRead(out var waiting)) return waiting;
        using var limit = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await stream.Messages.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The cookie was judged when the stream began; a revoked key must end what it began, too.</summary>
    async Task<bool> MayWatchAsync(HttpContext http, CancellationToken ct)
    {
        if (options.Value.Open) return true;
        try
        {
            return SessionCookie.CredentialOf(http.User) is { } credential && !SessionCookie.HasExpired(http, time.GetUtcNow())
                && await operators.IsOperatorAsync(credential, ct);
        }
        catch (Exception failure) when (Operators.IsAway(failure, ct))
        {
            return false;
        }
    }

    async Task SendAsync(PipeWriter output, ReadOnlyMemory<byte> frame, CancellationToken ct) =>
        await output.WriteAsync(frame, ct).AsTask().WaitAsync(options.Value.Patience, time, ct);
}
