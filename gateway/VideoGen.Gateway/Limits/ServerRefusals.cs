using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using VideoGen.Gateway.Dialects;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// Gives a body to what the server refuses by itself, before there is a request for any middleware: a line or headers that are too long, no
/// host, a length given twice. It is the problem like everywhere, or the dialect's as far as the request tells which one was meant.
/// <para>
/// 1. The server announces a refusal to listeners of its diagnostics, in the middle of it, and answers when they return.
/// 2. The whole answer is written to the connection here; <see cref="RefusableOutput"/> drops the server's own, and the connection closes.
/// 3. Where that can't be done (HTTP/2, TLS that ends in this process, an answer that has begun) the server's bare status stands.
/// </para>
/// </summary>
internal sealed class ServerRefusals(DiagnosticListener diagnostics, DialectMounts mounts, IServiceProvider services)
    : IHostedService, IObserver<KeyValuePair<string, object?>>
{
    const string Refused = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    IDisposable? _subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = diagnostics.Subscribe(this, (name, _, _) => name == Refused);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        return Task.CompletedTask;
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is not { Key: Refused, Value: IFeatureCollection request } || request.Get<RefusableOutput>() is not { } output) return;
        if (request.Get<IHttpRequestFeature>()?.Protocol is "HTTP/2" or "HTTP/3"
            || request.Get<ITlsConnectionFeature>() is not null) return;
        if (request.Get<IHttpResponseFeature>() is not { HasStarted: false }) return;
        var status =
            (request.Get<IBadRequestExceptionFeature>()?.Error as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
        output.End(AnswerTo(request, status));
    }

    public void OnCompleted()
    {
        // The listener lives as long as the process.
    }

    public void OnError(Exception error)
    {
        // Nobody calls this of a diagnostic listener.
    }

    byte[] AnswerTo(IFeatureCollection request, int status)
    {
        using var body = new MemoryStream();
        var starting = new StartingResponse();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseFeature>(starting);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        context.RequestServices = services;
        CopyAddress(request, context);
        mounts.Claim(context);
        context.Response.OnStarting(RequestCheckMiddleware.SetHeadersAsync, context);
        // All of it is in memory, so nothing of it waits.
        Problems.WriteAsync(context, Problems.OfServer(status)).GetAwaiter().GetResult();
        starting.StartAsync().GetAwaiter().GetResult();
        var head = Head(context.Response, body.Length);
        return request.Get<IHttpRequestFeature>()?.Method == HttpMethods.Head ? head : [.. head, .. body.ToArray()];
    }

    /// <summary>What the server has read of the request until it gave up.</summary>
    static void CopyAddress(IFeatureCollection request, HttpContext context)
    {
        var from = request.Get<IHttpRequestFeature>();
        context.Request.Method = from?.Method is { Length: > 0 } method && method != HttpMethods.Head ? method : HttpMethods.Get;
        var path = from?.RawTarget?.Split('?')[0] ?? "";
        // As it stands: to decode it may be what the server could not do.
        context.Request.Path = new PathString(path.StartsWith('/') ? path : "/");
        if (from?.Headers.Host is [{ } host]) context.Request.Host = new HostString(host);
        if (request.Get<IHttpConnectionFeature>() is { } connection) context.Features.Set(connection);
    }

    static byte[] Head(HttpResponse response, long length)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {response.StatusCode} {ReasonPhrases.GetReasonPhrase(response.StatusCode)}\r\n");
        foreach (var (name, values) in response.Headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {values}\r\n");
        head.Append(CultureInfo.InvariantCulture,
            $"Content-Length: {length}\r\nConnection: close\r\nDate: {DateTimeOffset.UtcNow:R}\r\n\r\n");
        return Encoding.ASCII.GetBytes(head.ToString());
    }

    /// <summary>Runs what others want to happen at the start of an answer; without a server nobody else would.</summary>
    sealed class StartingResponse : HttpResponseFeature
    {
        readonly Stack<(Func<object, Task> Run, object State)> _callbacks = new();

        public override void OnStarting(Func<object, Task> callback, object state) => _callbacks.Push((callback, state));

        public async Task StartAsync()
        {
            while (_callbacks.TryPop(out var callback)) await callback.Run(callback.State);
        }
    }
}
