using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;

namespace VideoGen.ServiceDefaults.Resilience;

/// <summary>
/// What passes by itself is said to: a database or a service that is away, restarting or overloaded is 503 with <c>Retry-After</c>,
/// not an error of ours. Inside of <c>UseProblems</c>, which answers whatever else goes wrong.
/// </summary>
public sealed partial class OutageMiddleware(RequestDelegate next, ILogger<OutageMiddleware> log)
{
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested
            && failure is not BadHttpRequestException && TransientFaults.IsTransient(failure))
        {
            Log.Away(log, failure, context.Request.Method, context.Request.Path);
            context.Response.Clear();
            await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.ServiceUnavailable,
                "Something that the service needs is not available at the moment. Try again in a moment."), Wait);
        }
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} is answered with 503: what it needs is away")]
        public static partial void Away(ILogger log, Exception failure, string method, PathString path);
    }
}

public static class OutageMiddlewareExtensions
{
    public static IApplicationBuilder UseOutages(this IApplicationBuilder app) => app.UseMiddleware<OutageMiddleware>();
}
