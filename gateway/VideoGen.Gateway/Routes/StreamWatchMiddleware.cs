using VideoGen.Gateway.Callers;
using Yarp.ReverseProxy.Model;

namespace VideoGen.Gateway.Routes;

/// <summary>
/// A stream of events may stay open for hours, which its credential need not. Once a minute it is asked again who it stands for; when that is
/// nobody any more (a key revoked, a password changed, an account deleted, a token run out) the stream ends, whatever messages were lost.
/// While nobody can be asked, it goes on.
/// </summary>
internal sealed class StreamWatchMiddleware(RequestDelegate next, Identification identification, TimeProvider time)
{
    internal static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsStream(context.GetEndpoint()) || context.Features.Get<Identified>() is not { } identified)
        {
            await next(context);
            return;
        }
        var client = context.RequestAborted;
        using var valid = CancellationTokenSource.CreateLinkedTokenSource(client);
        context.RequestAborted = valid.Token;
        var run = next(context);
        try
        {
            while (await Task.WhenAny(run, Task.Delay(Look, time, valid.Token)) != run && !client.IsCancellationRequested
                && await IsValidAsync(identified.Credential, client)) continue;
        }
        finally
        {
            await valid.CancelAsync(); // the clock, and the stream if it still runs: it must have ended before its context does
            await run;
            context.RequestAborted = client;
        }
    }

    async Task<bool> IsValidAsync(Credential credential, CancellationToken ct) =>
        await identification.OfAsync(credential, suspect: null, ct) is { Identity: not null } or { IsUnavailable: true };

    static bool IsStream(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<RouteModel>()?.Config.ClusterId?.EndsWith(GatewayRoute.LiveEnd, StringComparison.Ordinal) == true;
}
