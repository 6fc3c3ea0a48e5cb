using System.Globalization;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Read;

namespace VideoGen.Jobs.Monitor;

/// <summary>
/// <c>GET /internal/monitor/jobs?status=&amp;before=&amp;from=&amp;limit=</c> or <c>?ids=</c>, and
/// <c>GET /internal/monitor/pulse?since=</c>.
/// </summary>
internal sealed class MonitorEndpoints(MonitorStore store, JobViews views, TimeProvider time)
{
    const int MaxJobs = 500;

    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken ct)
    {
        if (Read(request.Query) is not { } query) return Problems.Of(ErrorCodes.InvalidRequest);
        var rows = query.Ids is { } ids ? await store.ListAsync(ids, ct) : await store.ListAsync(query, ct);
        var shown = rows.Take(query.Limit).ToList();
        var changes = await store.ChangesAsync([.. shown.Select(row => row.Id)], ct);
        var now = time.GetUtcNow();
        return Results.Json(new MonitoredJobs(
            [.. shown.Select(row => new MonitoredJob(views.Of(row, now), changes.GetValueOrDefault(row.Id) ?? []))], rows.Count > query.Limit));
    }

    public async Task<IResult> PulseAsync(DateTimeOffset? since, CancellationToken ct) =>
        Results.Json(await store.PulseAsync((since ?? time.GetUtcNow()).ToUniversalTime(), ct));

    static MonitorQuery? Read(IQueryCollection query)
    {
        var ids = Parts(query, "ids").Select(text => Guid.TryParse(text, out var id) ? id : (Guid?)null).ToList();
        var limit = int.TryParse(query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : MaxJobs;
        if (ids.Count > MaxJobs || ids.Contains(null) || limit is < 1 or > MaxJobs) return null;
        if (!TryId(query, "before", out var before) || !TryId(query, "from", out var from)) return null;
        var statuses = Parts(query, "status");
        return statuses.Except(JobStatus.All, StringComparer.Ordinal).Any()
            ? null
            : new MonitorQuery(statuses.Length > 0 ? statuses : null, before, from, ids.Count > 0 ? [.. ids.OfType<Guid>()] : null, limit);
    }

    static string[] Parts(IQueryCollection query, string name) =>
        query[name].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static bool TryId(IQueryCollection query, string name, out Guid? id)
    {
        id = null;
        if (query[name].ToString() is not { Length: > 0 } text) return true;
        if (!Guid.TryParse(text, out var parsed)) return false;
        id = parsed;
        return true;
    }
}

/// <param name="Statuses">Any of these; null for all.</param>
/// <param name="Before">Only jobs older than this one.</param>
/// <param name="From">Only this one and newer.</param>
/// <param name="Ids">Only these, whatever else is asked.</param>
internal sealed record MonitorQuery(string[]? Statuses, Guid? Before, Guid? From, Guid[]? Ids, int Limit);
