using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Links;

namespace VideoGen.Storage.Assets;

/// <summary><c>GET /v1/assets</c>: the account's assets, the newest first.</summary>
internal static class ListAssets
{
    const int DefaultLimit = 20;
    const int MaxLimit = 100;

    public static readonly QueryParameter[] Query =
    [
        QueryParameter.Word("kind", "Only files of this kind.", "video", "image", "audio"),
        QueryParameter.Word("origin", "Only uploads, or only what jobs made.", AssetRow.Upload, AssetRow.Job),
        QueryParameter.Id("job_id", "Only what this job made."),
        QueryParameter.Limit(MaxLimit, DefaultLimit),
        QueryParameter.Cursor(1, parts => PlaceOf(parts) is not null),
    ];

    public static async Task<IResult> AnswerAsync(Caller caller, HttpRequest request, AssetStore assets, AssetLinks links,
        CancellationToken ct)
    {
        var query = request.Query;
        var limit = query.WholeOf("limit", DefaultLimit);
        var before = query.CursorOf(1) is { } parts ? PlaceOf(parts) : null;
        var rows = await assets.PageAsync(caller.Sees, query.TextOf("kind"), query.TextOf("origin"), query.IdOf("job_id"),
            before, limit + 1, ct);
        var hasMore = rows.Count > limit;
        var page = rows.Take(limit).ToList();
        return TypedResults.Ok(new Page<AssetView>([.. page.Select(links.View)], hasMore ? Cursor.Encode(page[^1].Id.ToString("n")) : null, hasMore));
    }

    static Guid? PlaceOf(string[] parts) => Guid.TryParseExact(parts[0], "n", out var id) ? id : null;
}
