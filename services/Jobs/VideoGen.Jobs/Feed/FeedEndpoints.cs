using System.Text.Json;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Feed;

/// <summary>One event of the feed.</summary>
/// <param name="Id">The event's id; equals the <c>webhook-id</c> of its deliveries.</param>
/// <param name="Cursor">The place after this event, for <c>after</c> and <c>Last-Event-ID</c>.</param>
/// <param name="Type">One of the event types.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Data">The job as it was then.</param>
internal sealed record FeedEvent(string Id, string Cursor, string Type, DateTimeOffset Timestamp, JsonElement Data);

/// <summary>A page of the feed, oldest first.</summary>
/// <param name="NextCursor">
/// Where to go on, always set: on the last page too, so that the next call with it finds what has come since.
/// </param>
/// <param name="HasMore">True when another page can be read at once.</param>
internal sealed record FeedPage(IReadOnlyList<FeedEvent> Data, string NextCursor, bool HasMore);

internal static class FeedEndpoints
{
    /// <summary>The cursor that means: from now on.</summary>
    const string Newest = "newest";

    const int MaxLimit = 500;
    const int DefaultLimit = 100;

    static readonly QueryParameter[] Query =
    [
        QueryParameter.Of("after", "Begin after this cursor, or with what comes from now on: newest.",
            text => text == Newest || FeedCursor.TryParse(text, out _) ? null : "must be newest, or a cursor from an answer of this route"),
        QueryParameter.Limit(MaxLimit, DefaultLimit),
        QueryParameter.Words("type", "Only events of these types.", EventTypes.All),
    ];

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/v1/events", ListAsync)
        .WithName("ListEvents").WithTags("Events").WithSummary("The account's ordered event feed")
        .WithDescription(
            "Events in an order that never changes, oldest first. `after` is exclusive: leave it out to begin with the oldest event kept, give "
            + "`newest` to begin with what comes from now on, else give the `next_cursor` of the last call or the `cursor` of an event. "
            + "`next_cursor` is always set; store it and call again. Nothing is skipped or shown twice that way.")
        .TakesQuery(Query).Produces<FeedPage>().Refuses(400).RequireScope("jobs:read");

    static async Task<IResult> ListAsync(
        HttpRequest request, Caller caller, FeedReadStore store, CancellationToken ct)
    {
        var limit = request.Query.WholeOf("limit", DefaultLimit);
        var after = request.Query.TextOf("after");
        var cursor = after == Newest ? await store.NewestAsync(ct) : FeedCursor.TryParse(after ?? "", out var place) ? place
            : FeedCursor.Start;

        var rows = await store.ReadAsync(caller.Sees, cursor, limit + 1, request.Query.WordsOf("type"), ct);
        var shown = rows.Take(limit).ToList();
        var next = shown.Count == 0 ? cursor : shown[^1].Cursor;
        return TypedResults.Ok(new FeedPage([.. shown.Select(Show)], next.ToString(), rows.Count > limit));
    }

    static FeedEvent Show(FeedRow row)
    {
        var body = JsonSerializer.Deserialize<JsonElement>(row.Body);
        return new FeedEvent($"evt_{row.EventId}", row.Cursor.ToString(), row.Type, body.GetProperty("timestamp").GetDateTimeOffset(), body.GetProperty("data"));
    }
}
