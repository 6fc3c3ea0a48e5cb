using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>What a request was, to the body.</summary>
sealed record Asked(string Line, IHeaderDictionary Headers, string Body);

/// <summary>A server that answers as a test says, on a port of loopback.</summary>
sealed class ScriptedApi : IAsyncDisposable
{
    readonly WebApplication _app;

    ScriptedApi(WebApplication app) => _app = app;

    public ConcurrentQueue<Asked> Asked { get; } = new();

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<ScriptedApi> StartAsync(Func<Asked, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var api = new ScriptedApi(builder.Build());
        api._app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var asked = new Asked(
                $"{context.Request.Method} {context.Request.Path}", new HeaderDictionary(context.Request.Headers.ToDictionary()),
                await reader.ReadToEndAsync());
            api.Asked.Enqueue(asked);
            await answer(asked, context);
        });
        await api._app.StartAsync();
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
