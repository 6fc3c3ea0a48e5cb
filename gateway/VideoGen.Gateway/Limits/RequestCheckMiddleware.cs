using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// Refuses what two servers could read in two ways: a body framed twice, an encoded slash, backslash or dot segment; and TRACE.
/// Takes headers away that are not ASCII, which none of our services could be told. Puts the security headers on every answer.
/// </summary>
internal sealed class RequestCheckMiddleware(RequestDelegate next)
{
    static readonly string[] AmbiguousParts = ["%2f", "%5c", "\\", "%00", "%25"];

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(SetHeadersAsync, context);
        if (Fault(context) is { } fault) return Problems.WriteAsync(context, Problems.Describe(fault.Code, fault.Detail));
        if (!IdempotencyKeyHeader.CanBeCarriedOn(context.Request)) return IdempotencyKeyHeader.Refusal.ExecuteAsync(context);
        foreach (var name in context.Request.Headers.Where(header => !IsPlain(header.Value)).Select(header => header.Key).ToArray())
            context.Request.Headers.Remove(name);
        return next(context);
    }

    static (ErrorCode Code, string Detail)? Fault(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsTrace(request.Method) || HttpMethods.IsConnect(request.Method))
            return (ErrorCodes.MethodNotAllowed, $"{request.Method} is not served.");
        if (IsFramedTwice(request))
        {
            context.Response.Headers.Connection = "close";
            return (ErrorCodes.InvalidRequest, "The body's length must be given by Content-Length or by Transfer-Encoding, not by both.");
        }
        if (request.Headers.TransferEncoding is { Count: > 0 } codings
            && !string.Equals(codings.ToString(), "chunked", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.Connection = "close";
            return (ErrorCodes.InvalidRequest, "The Transfer-Encoding must be chunked, and nothing else.");
        }
        return IsAmbiguous(PathOf(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? ""))
            ? (ErrorCodes.InvalidRequest, "The path must not contain encoded slashes, backslashes, dot segments, NUL or double encoding.")
            : null;
    }

    /// <summary>Kestrel drops a Content-Length that stands beside a Transfer-Encoding and leaves this trace of it.</summary>
    static bool IsFramedTwice(HttpRequest request) =>
        request.Headers.TransferEncoding.Count > 0
        && (request.Headers.ContainsKey("X-Content-Length") || request.ContentLength is not null || HttpProtocol.IsHttp10(request.Protocol));

    static string PathOf(string target)
    {
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? target : target[..end];
        // The absolute form: what comes after the authority.
        var authority = path.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0 || path.StartsWith('/')) return path;
        var slash = path.IndexOf('/', authority + 3);
        return slash < 0 ? "" : path[slash..];
    }

    static bool IsAmbiguous(string path) =>
        Array.Exists(AmbiguousParts, part => path.Contains(part, StringComparison.OrdinalIgnoreCase))
        || path.Split('/').Any(segment => segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..");

    static bool IsPlain(StringValues values)
    {
        foreach (var value in values)
            if (!Ascii.IsValid(value)) return false;
        return true;
    }

    /// <summary>
    /// What a caller alone may see, and what brings credentials, is kept by nobody on the way unless the answer itself says so.
    /// </summary>
    static bool IsPrivate(HttpContext context) =>
        context.Features.Get<Identified>() is not null
            || context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicy>() is { Rate: RateClass.SignIn or RateClass.SignUp };

    public static Task SetHeadersAsync(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.CacheControl.Count == 0 && IsPrivate(context)) headers.CacheControl = "no-store";
        if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        if (context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        if (Activity.Current is { } activity) headers["X-Trace-Id"] = activity.TraceId.ToString();
        return Task.CompletedTask;
    }
}
