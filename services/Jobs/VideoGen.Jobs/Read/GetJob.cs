using System.Globalization;
using Microsoft.Net.Http.Headers;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Live;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Read;

/// <summary><c>GET /v1/jobs/{id}</c>: at once, or as a long poll.</summary>
internal sealed class GetJob(ReadStore store, JobViews views, JobSignals signals, TimeProvider time)
{
    const int MinLinkSeconds = 60;
    const int MaxLinkSeconds = 7 * 24 * 3600;

    const string LinkSeconds = "link_seconds";

    static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    /// <summary>Not every change is announced to every instance (a job that starts, say); this often the row itself is asked.</summary>
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(3);

    public static readonly QueryParameter[] Query =
    [
        QueryParameter.Of("wait", "How long the answer may be held, in seconds, up to 60: for example 30s.",
            text => WaitOf(text) is null ? "must be a number of seconds from 0 to 60, for example 30s" : null),
        QueryParameter.Whole(LinkSeconds, MinLinkSeconds, MaxLinkSeconds, "How long links to files must work at least, in seconds."),
    ];

    public async Task<IResult> HandleAsync(Guid id, HttpRequest request, HttpResponse response, Caller caller, CancellationToken ct)
    {
        var wait = request.Query.TextOf("wait") is { } asked ? WaitOf(asked)!.Value : TimeSpan.Zero;
        TimeSpan? linkLifetime = request.Query.ContainsKey(LinkSeconds)
            ? TimeSpan.FromSeconds(request.Query.WholeOf(LinkSeconds, 0)) : null;
        if (await store.FindAsync(caller.Sees, id, ct) is not { } row) return Problems.Of(ErrorCodes.NotFound);

        var known = request.GetTypedHeaders().IfNoneMatch;
        row = await WaitAsync(caller, row, known, wait, linkLifetime, ct);
        if (row is null) return Problems.Of(ErrorCodes.NotFound);

        var now = time.GetUtcNow();
        var tag = views.ETag(row, now, linkLifetime);
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "private, no-cache";
        return IsKnown(known, tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Json(views.Of(row, now, linkLifetime));
    }

    /// <summary>With a tag: until the job is not the one with that tag. Without: until it has ended. At most for the time given.</summary>
    async Task<JobRow?> WaitAsync(
        Caller caller, JobRow row, IList<EntityTagHeaderValue> known, TimeSpan wait, TimeSpan? linkLifetime, CancellationToken ct)
    {
        var until = time.GetUtcNow() + wait;
        var current = row;
        while (!current.HasEnded && (known.Count == 0 || IsKnown(known, views.ETag(current, time.GetUtcNow(), linkLifetime))))
        {
            var left = until - time.GetUtcNow();
            if (left <= TimeSpan.Zero) break;
            await signals.WaitAsync(current.Id, current.Version, left < LookAgain ? left : LookAgain, ct);
            if (await store.FindAsync(caller.Sees, current.Id, ct) is not { } fresh) return null;
            current = fresh;
        }
        return current;
    }

    static bool IsKnown(IList<EntityTagHeaderValue> known, string tag) => known.Any(one => one.Tag == tag || one.Tag == "*");

    /// <summary>Null when the text is no wait.</summary>
    static TimeSpan? WaitOf(string text)
    {
        return double.TryParse(text.EndsWith('s') ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= MaxWait.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }
}
