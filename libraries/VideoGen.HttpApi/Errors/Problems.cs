using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace VideoGen.HttpApi.Errors;

/// <summary>Makes error answers; the only place that knows how a <see cref="Problem"/> is written.</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json";

    /// <summary>An error answer for an endpoint to return.</summary>
    /// <param name="code">What is wrong, from <see cref="ErrorCodes"/>.</param>
    /// <param name="detail">A sentence that names the field and the allowed values; the title when null.</param>
    /// <param name="errors">Every fault, by field.</param>
    /// <param name="facts">Further members of the body.</param>
    /// <param name="retryAfter">Sent as <c>Retry-After</c>, in whole seconds.</param>
    public static ProblemAnswer Of(ErrorCode code, string? detail = null, IReadOnlyDictionary<string, string[]>? errors = null,
        Dictionary<string, object?>? facts = null, TimeSpan? retryAfter = null) =>
        new(Describe(code, detail, errors, facts), retryAfter);

    /// <summary>The refusal of one field.</summary>
    public static ProblemAnswer OfField(string field, string message, ErrorCode? code = null) =>
        Of(code ?? ErrorCodes.InvalidRequest, $"{field}: {message}", new Dictionary<string, string[]> { [field] = [message] });

    public static Problem Describe(ErrorCode code, string? detail = null, IReadOnlyDictionary<string, string[]>? errors = null,
        Dictionary<string, object?>? facts = null) =>
        new($"urn:videogen:error:{code.Code}", code.Title, code.Status, code.Code, detail ?? code.Title + ".", code.Retryable,
            Activity.Current?.TraceId.ToString(), errors)
        { Facts = facts };

    /// <summary>A refusal that the server made of a request that could not be read, or not to its end.</summary>
    public static Problem OfServer(int status) => Describe(ErrorCodes.ForStatus(status), status switch
    {
        400 => "The request could not be read: its line, its headers, its framing or the end of its body is not as HTTP wants it.",
        408 => "The request came too slowly.",
        411 => "The request must tell the length of its body.",
        414 => "The address is too long.",
        505 => "The version of HTTP is not supported.",
        _ => null,
    }) with { Status = status };

    /// <summary>Writes the problem to a response that has not started, in the shape of the API that was called.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem, TimeSpan? retryAfter = null)
    {
        if (context.Features.Get<IProblemWriter>() is { } writer) return writer.WriteAsync(context, problem, retryAfter);
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = ContentType;
        context.Response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait) context.Response.Headers.RetryAfter = Seconds(wait).ToString();
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : JsonSerializer.SerializeAsync(context.Response.Body, problem, ApiJson.Options, context.RequestAborted);
    }

    /// <summary>A wait as <c>Retry-After</c> tells it: whole seconds, rounded up, at least one.</summary>
    public static long Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
}

/// <summary>
/// A request feature: another way to write errors than <c>application/problem+json</c>. The gateway sets it for requests to a
/// dialect, so that whoever refuses such a request, middleware included, answers in that dialect's shape.
/// </summary>
public interface IProblemWriter
{
    Task WriteAsync(HttpContext context, Problem problem, TimeSpan? retryAfter);
}

/// <summary>An <see cref="IResult"/> that is a <see cref="Problem"/>.</summary>
public sealed class ProblemAnswer(Problem problem, TimeSpan? retryAfter) : IResult, IStatusCodeHttpResult
{
    public Problem Problem { get; } = problem;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public int? StatusCode => Problem.Status;

    public Task ExecuteAsync(HttpContext httpContext) => Problems.WriteAsync(httpContext, Problem, RetryAfter);
}
