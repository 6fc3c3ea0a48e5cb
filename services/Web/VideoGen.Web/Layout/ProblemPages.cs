using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Web.Layout;

/// <summary>Errors of the pages, in words and in the pages' own look.</summary>
internal sealed class ProblemPages : IProblemWriter
{
    public static readonly ProblemPages Instance = new();

    public Task WriteAsync(HttpContext context, Problem problem, TimeSpan? retryAfter)
    {
        if (retryAfter is { } wait) context.Response.Headers.RetryAfter = Problems.Seconds(wait).ToString();
        var page = new RazorComponentResult<ProblemPage>(new { Problem = problem }) { StatusCode = problem.Status };
        return page.ExecuteAsync(context);
    }
}
