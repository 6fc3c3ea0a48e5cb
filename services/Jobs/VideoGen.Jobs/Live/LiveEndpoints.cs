using Microsoft.AspNetCore.Mvc;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Feed;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Live;

internal static class LiveEndpoints
{
    const string Resume =
        "`id` of each event is its feed cursor: a client that comes back with `Last-Event-ID` misses nothing. A comment comes every 15 seconds of silence.";

    const string LastEventId = "The id of the last event that the client has: what came after it is sent first.";

    static readonly TimeSpan TooManyRetry = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/jobs/{id:guid}/events", JobAsync)
            .WithName("StreamJobEvents").NamesInPath("id", "The job's id.").WithTags("Jobs")
            .WithSummary("Live events of one job (server-sent events)")
            .WithDescription("Begins with the job's first event and ends after its last; 204 when the last has been read already. " + Resume)
            .TakesHeader("Last-Event-ID", LastEventId)
            .Sends(200, "text/event-stream", isText: true).Produces(204).Refuses(400, 404, 429).RequireScope("jobs:read");
        app.MapGet("/v1/events/stream", AccountAsync)
            .WithName("StreamEvents").WithTags("Events").WithSummary("Live events of the whole account (server-sent events)")
            .WithDescription("Begins with what comes from now on, or after `Last-Event-ID`, or after the query's `after`. " + Resume)
            .TakesQuery(QueryParameter.Of("after", "Begin after this cursor, where no Last-Event-ID is sent.",
                text => FeedCursor.TryParse(text, out _) ? null : "must be the id of an event of this stream"))
            .TakesHeader("Last-Event-ID", LastEventId)
            .Sends(200, "text/event-stream", isText: true).Refuses(400, 429).RequireScope("jobs:read");
    }

    static async Task<IResult> JobAsync(
        Guid id, HttpContext http, Caller caller, FeedReadStore feed, LiveStreams streams, EventStream stream, CancellationToken ct,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId = null)
    {
        if (Fault(lastEventId, out var cursor) is { } fault) return fault;
        if (await feed.FindJobAsync(caller.Sees, id, cursor, ct) is not { } state)
            return Problems.Of(ErrorCodes.NotFound, "There is no such job.");
        if (state.IsOver) return TypedResults.NoContent();
        return await StreamAsync(http, streams, stream, caller.Sees, id, cursor);
    }

    static async Task<IResult> AccountAsync(
        HttpContext http, Caller caller, FeedReadStore feed, LiveStreams streams, EventStream stream, CancellationToken ct,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId = null)
    {
        var from = string.IsNullOrEmpty(lastEventId) ? http.Request.Query.TextOf("after") : lastEventId;
        if (Fault(from, out var cursor) is { } fault) return fault;
        if (string.IsNullOrEmpty(from)) cursor = await feed.NewestAsync(ct);
        return await StreamAsync(http, streams, stream, caller.Sees, jobId: null, cursor);
    }

    static ProblemAnswer? Fault(string? text, out FeedCursor cursor)
    {
        cursor = FeedCursor.Start;
        return string.IsNullOrEmpty(text) || FeedCursor.TryParse(text, out cursor)
            ? null
            : Problems.OfField("Last-Event-ID", "must be the id of an event of this stream.");
    }

    static async Task<IResult> StreamAsync(
        HttpContext http, LiveStreams streams, EventStream stream, World world, Guid? jobId, FeedCursor cursor)
    {
        using var place = streams.TryOpen(world.AccountId);
        if (place is null) return Problems.Of(ErrorCodes.RateLimited, "Too many streams of this account are open; close one first.", retryAfter: TooManyRetry);
        await stream.WriteAsync(http, world, jobId, cursor);
        return Results.Empty;
    }
}
