using VideoGen.HttpApi.Errors;
using Yarp.ReverseProxy.Forwarder;

namespace VideoGen.Gateway.Routes;

/// <summary>
/// A service that nobody listens for has done nothing of what it was asked. It is mostly one that starts again, so the request waits here
/// for a few seconds and is tried again, at another process of the service when there is one: cheaper for everybody than a client that
/// comes back twice a second. Then, or when too many wait already, it is 503 with <c>Retry-After</c>. A service that broke off on the way
/// stays a 502, for nobody knows what it has done.
/// </summary>
internal sealed class AwayMiddleware(RequestDelegate next, TimeProvider time)
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    const int MostWaiting = 500;

    int _waiting;

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (!IsAway(context)) return;
        try
        {
            if (Interlocked.Increment(ref _waiting) <= MostWaiting) await WaitAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        if (IsAway(context)) await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.ServiceUnavailable), RetryAfter);
    }

    async Task WaitAsync(HttpContext context)
    {
        var began = time.GetTimestamp();
        for (var pause = ShortestPause; time.GetElapsedTime(began) + pause < LongestWait; pause = Longer(pause))
        {
            try
            {
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                return; // Nobody waits for the answer any more.
            }
            Forget(context);
            await next(context);
            if (!IsAway(context)) return;
        }
    }

    /// <summary>What the last try has left; whatever was set before it, the limits' headers for one, stays.</summary>
    static void Forget(HttpContext context)
    {
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.StatusCode = StatusCodes.Status200OK;
        var proxy = context.GetReverseProxyFeature();
        proxy.AvailableDestinations = proxy.AllDestinations;
    }

    static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    static bool IsAway(HttpContext context) => !context.Response.HasStarted && context.Features.Get<IForwarderErrorFeature>() is { } fault
        && (fault.Error == ForwarderError.NoAvailableDestinations || (fault.Error == ForwarderError.Request && IsUnreachable(fault.Exception)));

    static bool IsUnreachable(Exception? failure) =>
        failure is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };
}
