using VideoGen.Durability;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Feed;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Webhooks;

/// <summary>Body of <c>POST /v1/webhooks/deliveries/replay</c>: which deliveries to send again.</summary>
/// <param name="Status"><c>failed</c> (the default), <c>delivered</c>, <c>pending</c>, or <c>any</c>.</param>
/// <param name="Since">Made at or after this time; required, so that nobody replays a whole history by an empty body.</param>
/// <param name="Until">Made before this time; now when absent.</param>
/// <param name="Cursor">The <c>next_cursor</c> of the answer before, to go on.</param>
internal sealed record ReplayDeliveries(
    Guid? EndpointId, Guid? JobId, string? Status, string? EventType, DateTimeOffset? Since, DateTimeOffset? Until, string? Cursor);

/// <param name="Replayed">How many were made due again.</param>
/// <param name="NextCursor">Set when more match: call again with it.</param>
internal sealed record ReplayedDeliveries(int Replayed, string? NextCursor);

/// <summary>What was sent, how each try went, and sending it again.</summary>
internal static class DeliveryEndpoints
{
    const int MaxLimit = 200;
    const int ReplayLimit = 1000;
    const int DefaultLimit = 50;
    const int LongestCursor = 512;
    const string AnyStatus = "any";
    const string UntilFault = "must be later than since";

    static readonly string[] Types = [.. EventTypes.All, EndpointTest.EventType];

    static readonly QueryParameter[] Query =
    [
        QueryParameter.Id("endpoint_id", "Only those to this endpoint."),
        QueryParameter.Id("job_id", "Only those about this job."),
        QueryParameter.Word("status", "Only those that stand so.", [.. DeliveryStatus.All]),
        QueryParameter.Word("event_type", "Only those of this event.", Types),
        QueryParameter.Time("since", "Made at this time or later."),
        QueryParameter.Time("until", "Made before this time."),
        QueryParameter.Limit(MaxLimit, DefaultLimit),
        QueryParameter.Cursor(1, parts => PlaceOf(parts) is not null),
    ];

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/", ListAsync).WithName("ListWebhookDeliveries").WithSummary("Deliveries, newest first")
            .WithDescription("Filters: endpoint_id, job_id, status (pending, delivered, failed), event_type, since, until (times of creation).")
            .TakesQuery(Query).Produces<Page<DeliveryView>>().Refuses(400).RequireScope(WebhooksExtensions.ReadScope);
        group.MapGet("/{id:guid}", GetAsync).WithName("GetWebhookDelivery").WithSummary("One delivery with every attempt")
            .Produces<DeliveryDetail>().Refuses(404).RequireScope(WebhooksExtensions.ReadScope);
        group.MapPost("/{id:guid}/replay", ReplayOneAsync).WithName("ReplayWebhookDelivery")
            .WithSummary("Send one delivery again: same webhook-id and bytes, new timestamp, the schedule from its start")
            .Produces<DeliveryDetail>(202).ShowsHeader(202, "Location", "Where the delivery is read.").Refuses(404)
            .RequireScope(WebhooksExtensions.WriteScope);
        group.MapPost("/replay", ReplayManyAsync).Accepts<ReplayDeliveries>("application/json").WithName("ReplayWebhookDeliveries")
            .WithSummary($"Send up to {ReplayLimit} deliveries of a time range again")
            .WithBodyExample("""{"since": "2026-01-31T12:00:00Z", "status": "failed"}""")
            .Produces<ReplayedDeliveries>(202).Refuses(400).RequireScope(WebhooksExtensions.WriteScope);
    }

    static async Task<IResult> ListAsync(HttpRequest request, Caller caller, DeliveryReadStore store, CancellationToken ct)
    {
        var query = request.Query;
        var limit = query.WholeOf("limit", DefaultLimit);
        var filter = new DeliveryFilter(
            query.IdOf("endpoint_id"), query.IdOf("job_id"), query.TextOf("status"), query.TextOf("event_type"),
                query.TimeOf("since"), query.TimeOf("until"));
        if (filter.Since >= filter.Until) return Problems.OfField("until", UntilFault);
        var before = query.CursorOf(1) is { } parts ? PlaceOf(parts) : null;

        var rows = await store.ListAsync(caller.Sees, before, filter, limit + 1, ct);
        var shown = rows.Take(limit).ToList();
        var more = rows.Count > limit;
        return TypedResults.Ok(new Page<DeliveryView>(shown, more ? Cursor.Encode(shown[^1].Id.ToString()) : null, more));
    }

    static async Task<IResult> GetAsync(Guid id, Caller caller, DeliveryReadStore store, CancellationToken ct) =>
        await store.FindAsync(caller.Sees, id, ct) is { } found ? TypedResults.Ok(found) : NotFound();

    static async Task<IResult> ReplayOneAsync(Guid id, Caller caller, UnitOfWork work, DeliveryStore deliveries, DeliveryReadStore store, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var found = await deliveries.ReplayAsync(work, caller.Sees, [id], ct);
        await work.CommitAsync(ct);
        return found == 1 && await store.FindAsync(caller.Sees, id, ct) is { } delivery
            ? TypedResults.Accepted($"/v1/webhooks/deliveries/{id}", delivery)
            : NotFound();
    }

    static async Task<IResult> ReplayManyAsync(
        BodyFields body, Caller caller, UnitOfWork work, DeliveryStore deliveries, DeliveryReadStore store, TimeProvider time,
            CancellationToken ct)
    {
        var status = body.Word("status", [.. DeliveryStatus.All, AnyStatus]) ?? DeliveryStatus.Failed;
        var filter = new DeliveryFilter(
            body.Id("endpoint_id", required: false), body.Id("job_id", required: false), status == AnyStatus ? null
                : status, body.Word("event_type", Types),
            body.Time("since", required: true), body.Time("until") ?? time.GetUtcNow());
        if (filter.Since >= filter.Until) body.Faults.Add("until", UntilFault);
        Guid? after = null;
        if (body.Text("cursor", 1, LongestCursor, required: false) is { } cursor
            && (after = Cursor.TryDecode(cursor, 1) is { } parts ? PlaceOf(parts) : null) is null)
            body.Faults.Add("cursor", "must be the next_cursor of an answer of this route");
        if (body.Refusal() is { } refusal) return refusal;

        var ids = await store.MatchingAsync(caller.Sees, after, filter, ReplayLimit + 1, ct);
        var chosen = ids.Take(ReplayLimit).ToArray();
        await work.BeginAsync(ct);
        var replayed = await deliveries.ReplayAsync(work, caller.Sees, chosen, ct);
        await work.CommitAsync(ct);
        return TypedResults.Accepted((string?)null, new ReplayedDeliveries(replayed, ids.Count > ReplayLimit ? Cursor.Encode(chosen[^1].ToString()) : null));
    }

    static Guid? PlaceOf(string[] parts) => IdText.TryParse(parts[0], out var id) ? id : null;

    static ProblemAnswer NotFound() => Problems.Of(ErrorCodes.NotFound, "There is no such delivery.");
}
