using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using VideoGen.HttpApi.Requests;

namespace VideoGen.HttpApi.Errors;

/// <summary>
/// Turns whatever the framework would answer bare into a <see cref="Problem"/>: exceptions (logged once, answered as a
/// 500 with the trace id), malformed JSON, and every empty 4xx/5xx that routing, limits or authentication made.
/// </summary>
public sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (RequestRefusedException refused) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            await refused.Answer.ExecuteAsync(context);
            return;
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, Refusal(refused));
            return;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // The client has left; there is nobody to answer.
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            Log.Unhandled(log, failure, context.Request.Method, context.Request.Path);
            await WriteAsync(context, Problems.Describe(ErrorCodes.InternalError,
                "An unexpected error occurred; the trace id tells the operator where to look."));
            return;
        }

        if (!IsBare(context.Response)) return;
        // The headers stay: 405 carries Allow, 401 WWW-Authenticate, 503 Retry-After.
        context.Response.ContentLength = null;
        var status = context.Response.StatusCode;
        await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.ForStatus(status)) with { Status = status });
    }

    static bool IsBare(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: >= 400, ContentType: null } && response.ContentLength is null or 0;

    /// <summary>In our own words: the framework's name its parts and ours, and are nobody's business outside.</summary>
    static Problem Refusal(BadHttpRequestException refused) => refused switch
    {
        { InnerException: JsonException json } => Problems.Describe(ErrorCodes.MalformedJson, JsonFault(json)),
        _ => Problems.OfServer(refused.StatusCode),
    };

    /// <summary>System.Text.Json's own text names .NET types; say the place instead.</summary>
    static string JsonFault(JsonException fault) => fault.Path is { Length: > 0 } and not "$"
        ? $"The JSON value at {fault.Path} has the wrong type or is not allowed here."
        : $"The body is not valid JSON (line {(fault.LineNumber ?? 0) + 1}, byte {fault.BytePositionInLine ?? 0}).";

    static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.Clear();
        return Problems.WriteAsync(context, problem);
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Unhandled error in {Method} {Path}")]
        public static partial void Unhandled(ILogger log, Exception failure, string method, PathString path);
    }
}

public static class ProblemMiddlewareExtensions
{
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app.UseMiddleware<ProblemMiddleware>();
}
