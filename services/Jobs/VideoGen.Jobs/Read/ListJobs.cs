using System.Globalization;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Read;

/// <summary><c>GET /v1/jobs</c>: by cursor, or by page number or offset for those who must show one.</summary>
internal sealed class ListJobs(ReadStore store, JobViews views, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpRequest request, HttpResponse response, Caller caller, CancellationToken ct)
    {
        var (query, refusal) = JobsQuery.Read(request);
        if (query is null) return refusal!;
        var rows = await store.ListAsync(caller.Sees, query, ct);
        if (query.IncludeTotal)
            response.Headers["X-Total-Count"] = (await store.CountAsync(caller.Sees, query, ct)).ToString(CultureInfo.InvariantCulture);
        response.Headers.CacheControl = "private, no-store";
        return Results.Json(PageOf(rows, query.Limit, views, time.GetUtcNow()));
    }

    static Page<JobView> PageOf(IReadOnlyList<JobRow> rows, int limit, JobViews views, DateTimeOffset now)
    {
        var more = rows.Count > limit;
        return new Page<JobView>([.. rows.Take(limit).Select(row => views.Of(row, now))], more ? JobsQuery.CursorAfter(rows[limit - 1]) : null, more);
    }
}
