using Microsoft.AspNetCore.Mvc;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
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
    const string AnyStatus = "any";

    static readonly string[] Types = [.. EventTypes.All, EndpointTest.EventType];

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/", ListAsync).WithName("listWebhookDeliveries").WithSummary("Deliveries, newest first")
            .WithDescription("Filters: endpoint_id, job_id, status (pending, delivered, failed), event_type, since, until (times of creation).")
            .Produces<Page<DeliveryView>>().Produces<Problem>(400).RequireScope(WebhooksExtensions.ReadScope);
        group.MapGet("/{id:guid}", GetAsync).WithName("getWebhookDelivery").WithSummary("One delivery with every attempt")
            .Produces<DeliveryDetail>().Produces<Problem>(404).RequireScope(WebhooksExtensions.ReadScope);
        group.MapPost("/{id:guid}/replay", ReplayOneAsync).WithName("replayWebhookDelivery")
            .WithSummary("Send one delivery again: same webhook-id and bytes, new timestamp, the schedule from its start")
            .Produces<DeliveryDetail>(202).Produces<Problem>(404).RequireScope(WebhooksExtensions.WriteScope);
        group.MapPost("/replay", ReplayManyAsync).WithName("replayWebhookDeliveries").WithSummary($"Send up to {ReplayLimit} deliveries of a time range again")
            .Produces<ReplayedDeliveries>(202).Produces<Problem>(400).RequireScope(WebhooksExtensions.WriteScope);
    }

    static async Task<IResult> ListAsync(
        Caller caller, DeliveryReadStore store, CancellationToken ct, [FromQuery(Name = "endpoint_id")] Guid? endpointId = null,
        [FromQuery(Name = "job_id")] Guid? jobId = null, string? status = null, [FromQuery(Name = "event_type")] string? eventType = null,
        DateTimeOffset? since = null, DateTimeOffset? until = null, string? cursor = null, int limit = 50)
    {
        var filter = new DeliveryFilter(endpointId, jobId, status, eventType, since, until);
        if (limit is < 1 or > MaxLimit) return Problems.OfField("limit", $"must be 1 to {MaxLimit}.");
        if (Fault(filter) is { } fault) return fault;
        if (!TryCursor(cursor, out var before)) return BadCursor();

        var rows = await store.ListAsync(caller.AccountId, before, filter, limit + 1, ct);
        var shown = rows.Take(limit).ToList();
        var more = rows.Count > limit;
        return TypedResults.Ok(new Page<DeliveryView>(shown, more ? Cursor.Encode(shown[^1].Id.ToString()) : null, more));
    }

    static async Task<IResult> GetAsync(Guid id, Caller caller, DeliveryReadStore store, CancellationToken ct) =>
        await store.FindAsync(caller.AccountId, id, ct) is { } found ? TypedResults.Ok(found) : NotFound();

    static async Task<IResult> ReplayOneAsync(Guid id, Caller caller, UnitOfWork work, DeliveryStore deliveries, DeliveryReadStore store, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var found = await deliveries.ReplayAsync(work, caller.AccountId, [id], ct);
        await work.CommitAsync(ct);
        return found == 1 && await store.FindAsync(caller.AccountId, id, ct) is { } delivery
            ? TypedResults.Accepted($"/v1/webhooks/deliveries/{id}", delivery)
            : NotFound();
    }

    static async Task<IResult> ReplayManyAsync(
        ReplayDeliveries body, Caller caller, UnitOfWork work, DeliveryStore deliveries, DeliveryReadStore store, TimeProvider time, CancellationToken ct)
    {
        var status = body.Status ?? DeliveryStatus.Failed;
        var filter = new DeliveryFilter(body.EndpointId, body.JobId, status == AnyStatus ? null : status, body.EventType, body.Since, body.Until ?? time.GetUtcNow());
        if (body.Since is null) return Problems.OfField("since", "is required: the time from which deliveries are sent again.");
        if (Fault(filter) is { } fault) return fault;
        if (!TryCursor(body.Cursor, out var after)) return BadCursor();

        var ids = await store.MatchingAsync(caller.AccountId, after, filter, ReplayLimit + 1, ct);
        var chosen = ids.Take(ReplayLimit).ToArray();
        await work.BeginAsync(ct);
        var replayed = await deliveries.ReplayAsync(work, caller.AccountId, chosen, ct);
        await work.CommitAsync(ct);
        return TypedResults.Accepted((string?)null, new ReplayedDeliveries(replayed, ids.Count > ReplayLimit ? Cursor.Encode(chosen[^1].ToString()) : null));
    }

    static ProblemAnswer? Fault(DeliveryFilter filter)
    {
        if (filter.Status is { } status && !DeliveryStatus.All.Contains(status, StringComparer.Ordinal))
            return Problems.OfField("status", $"must be one of {string.Join(", ", DeliveryStatus.All)}.");
        if (filter.EventType is { } type && !Types.Contains(type, StringComparer.Ordinal))
            return Problems.OfField("event_type", $"must be one of {string.Join(", ", Types)}.");
        return filter.Since >= filter.Until ? Problems.OfField("until", "must be later than since.") : null;
    }

    static bool TryCursor(string? text, out Guid? id)
    {
        id = null;
        if (text is null) return true;
        if (Cursor.TryDecode(text, 1) is not [var part] || !Guid.TryParse(part, out var parsed)) return false;
        id = parsed;
        return true;
    }

    static ProblemAnswer BadCursor() => Problems.OfField("cursor", "must be the next_cursor of an answer of this route.");

    static ProblemAnswer NotFound() => Problems.Of(ErrorCodes.NotFound, "There is no such delivery.");
}
