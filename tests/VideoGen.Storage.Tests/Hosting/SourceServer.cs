using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace VideoGen.Storage.Tests.Hosting;

/// <summary>Serves outputs as a vendor would, good and bad: each path follows a script of its own.</summary>
internal sealed class SourceServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentDictionary<string, Func<HttpContext, int, Task>> _scripts = new();
    readonly ConcurrentDictionary<string, int> _calls = new();

    SourceServer(WebApplication app)
    {
        _app = app;
        app.Run(AnswerAsync);
    }

    public static async Task<SourceServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var server = new SourceServer(builder.Build());
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The server's own address, as Providers' would be configured.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>Serves what the script writes; it gets the number of the call, from 1.</summary>
    public Uri Serve(Func<HttpContext, int, Task> script, string folder = "/files/")
    {
        var path = folder + Guid.NewGuid().ToString("n");
        _scripts[path] = script;
        return new Uri(Address + path);
    }

    public Uri Serve(byte[] bytes, string mediaType = "video/mp4", string folder = "/files/") => Serve(async (context, _) =>
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes);
    }, folder);

    public Uri Serve(int status) => Serve((context, _) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public int CallsOf(Uri url) => _calls.GetValueOrDefault(url.AbsolutePath);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var call = _calls.AddOrUpdate(path, 1, (_, calls) => calls + 1);
        if (_scripts.TryGetValue(path, out var script)) return script(context, call);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
