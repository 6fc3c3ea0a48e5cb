using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Instrumentation.Http;

namespace VideoGen.ServiceDefaults.Telemetry;

/// <summary>
/// Puts a job's id on the spans of its work, so that an operator finds the trace of a job by the id.
/// <para>
/// Requests are recognised by themselves, by a path such as <c>/v1/jobs/{id}</c> or by the <c>Location</c> of the answer, and messages by their
/// member <c>JobId</c>. Due work knows its job only after it has read its row: its handler calls <see cref="Mark(Guid)"/>.
/// </para>
/// </summary>
public static class JobTrace
{
    /// <summary>Name of the attribute, on spans and log lines.</summary>
    public const string JobId = "videogen.job.id";

    /// <summary>What is running now belongs to this job. Spans that begin below it from now on, and log lines, carry the id as well.</summary>
    public static void Mark(Guid jobId) => Mark(Activity.Current, jobId);

    internal static string? Of(Activity? activity)
    {
        for (; activity is not null; activity = activity.Parent)
            if (activity.GetTagItem(JobId) is string id) return id;
        return null;
    }

    internal static void Configure(AspNetCoreTraceInstrumentationOptions options)
    {
        options.Filter = context => !IsProbe(context.Request.Path);
        options.EnrichWithHttpRequest = (activity, request) => MarkByPath(activity, request.Path.Value);
        options.EnrichWithHttpResponse = (activity, response) => MarkByPath(activity, response.Headers.Location);
    }

    internal static void Configure(HttpClientTraceInstrumentationOptions options)
    {
        options.EnrichWithHttpRequestMessage = (activity, request) => MarkByPath(activity, request.RequestUri?.AbsolutePath);
        options.EnrichWithHttpResponseMessage = (activity, response) => MarkByPath(activity, response.Headers.Location?.OriginalString);
    }

    /// <summary>The id in <c>…/jobs/{id}…</c> or in <c>…/holds/{id}</c>, which are held for a job under its id; null when there is none.</summary>
    internal static Guid? InPath(ReadOnlySpan<char> path)
    {
        foreach (var collection in (ReadOnlySpan<string>)["/jobs/", "/holds/"])
        {
            var at = path.IndexOf(collection, StringComparison.Ordinal);
            if (at < 0) continue;
            var rest = path[(at + collection.Length)..];
            var end = rest.IndexOfAny('/', '?');
            if (Guid.TryParseExact(end < 0 ? rest : rest[..end], "D", out var id)) return id;
        }
        return null;
    }

    static bool IsProbe(PathString path) => path == "/health" || path == "/alive";

    static void MarkByPath(Activity activity, string? path)
    {
        if (InPath(path) is { } id) Mark(activity, id);
    }

    /// <summary>The whole way up within this process: a call about a job makes the request that it serves one about the job.</summary>
    static void Mark(Activity? activity, Guid jobId)
    {
        var id = jobId.ToString();
        for (; activity is not null && activity.GetTagItem(JobId) is null; activity = activity.Parent) activity.SetTag(JobId, id);
    }
}
