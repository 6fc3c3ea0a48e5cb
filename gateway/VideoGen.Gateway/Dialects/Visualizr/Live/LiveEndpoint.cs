using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Limits;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary><c>/ws/generation</c>: the upgrade, and the socket's life. Whatever is refused is refused before the upgrade, as any request is.</summary>
internal static class LiveEndpoint
{
    public static async Task<IResult> HandleAsync(HttpContext context, CancellationToken ct)
    {
        if (!context.WebSockets.IsWebSocketRequest) return Problems.Of(ErrorCodes.InvalidRequest, "This is a WebSocket: ask for an upgrade.");
        var (identity, credential) = context.Features.GetRequiredFeature<Identified>();
        if (!identity.Scopes.Contains(Scope.JobsRead, StringComparer.Ordinal)) return Problems.Of(ErrorCodes.Forbidden, $"This credential lacks the scope {Scope.JobsRead}.");
        var sockets = context.RequestServices.GetRequiredService<LiveSockets>();
        if (sockets.TryEnter(identity) is { } refusal) return refusal;
        try
        {
            await ServeAsync(context, identity, credential, sockets, ct);
            return Results.Empty;
        }
        finally
        {
            sockets.Leave(identity);
        }
    }

    static async Task ServeAsync(HttpContext context, Identity identity, Credential credential, LiveSockets sockets, CancellationToken ct)
    {
        var services = context.RequestServices;
        var options = services.GetRequiredService<IOptions<LiveOptions>>().Value;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { KeepAliveInterval = options.KeepAlive, KeepAliveTimeout = options.KeepAlive });
        context.Features.Get<ConnectionPlace>()?.Dispose();
        var sees = context.Features.GetRequiredFeature<Caller>().Sees;
        var client = new LiveSocket(
            socket, identity, credential, sees, services.GetRequiredService<LiveJobs>(), services.GetRequiredService<TimeProvider>());
        sockets.Add(client);
        // Whoever came after the good-byes gets one too.
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested) LiveSockets.SayGoodBye(client);
        try
        {
            await new LiveReader(socket, client, services.GetRequiredService<LiveCatchUp>(), options).ReadAsync(ct);
        }
        finally
        {
            await client.EndAsync();
            sockets.Remove(client);
        }
    }
}
