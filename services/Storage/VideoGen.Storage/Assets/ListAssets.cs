using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Links;

namespace VideoGen.Storage.Assets;

/// <summary><c>GET /v1/assets</c>: the account's assets, the newest first.</summary>
internal static class ListAssets
{
    const int DefaultLimit = 20;
    const int MaxLimit = 100;

    static readonly string[] Kinds = ["video", "image", "audio"];
    static readonly string[] Origins = [AssetRow.Upload, AssetRow.Job];

    public static async Task<IResult> AnswerAsync(
        Caller caller, AssetStore assets, AssetLinks links, string? kind, string? origin, string? job_id, string? cursor, string? limit, CancellationToken ct)
    {
        var (query, errors) = Read(kind, origin, job_id, cursor, limit);
        if (query is null) return Problems.Of(ErrorCodes.InvalidRequest, string.Join(' ', errors.Select(error => $"{error.Key}: {error.Value[0]}")), errors);
        var rows = await assets.PageAsync(caller.AccountId, query.Kind, query.Origin, query.JobId, query.Before, query.Limit + 1, ct);
        var hasMore = rows.Count > query.Limit;
        var page = rows.Take(query.Limit).ToList();
        return TypedResults.Ok(new Page<AssetView>([.. page.Select(links.View)], hasMore ? Cursor.Encode(page[^1].Id.ToString("n")) : null, hasMore));
    }

    /// <summary>Every fault at once, or the query.</summary>
    internal static (ListQuery? Query, Dictionary<string, string[]> Errors) Read(string? kind, string? origin, string? jobId, string? cursor, string? limit)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (kind is not null && !Kinds.Contains(kind, StringComparer.Ordinal)) errors["kind"] = [$"must be one of {string.Join(", ", Kinds)}."];
        if (origin is not null && !Origins.Contains(origin, StringComparer.Ordinal)) errors["origin"] = [$"must be one of {string.Join(", ", Origins)}."];
        Guid? job = null;
        if (jobId is not null)
        {
            if (Guid.TryParse(jobId, out var id)) job = id;
            else errors["job_id"] = ["must be a UUID."];
        }
        Guid? before = null;
        if (cursor is not null)
        {
            if (Cursor.TryDecode(cursor, parts: 1) is [var text] && Guid.TryParseExact(text, "n", out var id)) before = id;
            else errors["cursor"] = ["must be a next_cursor of an earlier answer."];
        }
        var count = DefaultLimit;
        if (limit is not null && !(int.TryParse(limit, out count) && count is >= 1 and <= MaxLimit)) errors["limit"] = [$"must be a whole number from 1 to {MaxLimit}."];
        return errors.Count > 0 ? (null, errors) : (new ListQuery(kind, origin, job, before, count), errors);
    }

    internal sealed record ListQuery(string? Kind, string? Origin, Guid? JobId, Guid? Before, int Limit);
}
