using VideoGen.HttpApi.Errors;
using Yarp.ReverseProxy.Forwarder;

namespace VideoGen.Gateway.Routes;

/// <summary>
/// A service that nobody listens for has done nothing of what it was asked: that is 503 with <c>Retry-After</c>. One that broke off
/// on the way stays a 502, for nobody knows what it has done.
/// </summary>
internal sealed class AwayMiddleware(RequestDelegate next)
{
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Response.HasStarted || context.Features.Get<IForwarderErrorFeature>() is not { } fault || !IsAway(fault)) return;
        await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.ServiceUnavailable), Wait);
    }

    static bool IsAway(IForwarderErrorFeature fault) =>
        fault.Error == ForwarderError.NoAvailableDestinations || (fault.Error == ForwarderError.Request && IsUnreachable(fault.Exception));

    static bool IsUnreachable(Exception? failure) =>
        failure is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };
}
