using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using VideoGen.Durability.DeadLetters;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.ServiceDefaults.DeadLetters;

/// <summary><c>/internal/dead-letters</c> of a service: its own dead letters, for Jobs, which shows operators those of all services.</summary>
public static class DeadLetterEndpoints
{
    /// <summary>Longest list that is answered.</summary>
    public const int MostListed = 200;

    public static void MapDeadLetters(this IEndpointRouteBuilder app)
    {
        var letters = app.MapInternal().MapGroup("/dead-letters");
        letters.MapGet("", ListAsync);
        letters.MapGet("/{id:guid}", FindAsync);
        letters.MapPost("/replay", async (DeadLetterChoice choice, DeadLetterBox box, CancellationToken ct) =>
            TypedResults.Ok(new DeadLetterList(await box.ReplayAsync(choice.Filter, ct))));
        letters.MapPost("/discard", async (DeadLetterChoice choice, DeadLetterBox box, CancellationToken ct) =>
            TypedResults.Ok(new DeadLetterList(await box.DiscardAsync(choice.Filter, ct))));
    }

    static async Task<Ok<DeadLetterList>> ListAsync(
        DeadLetterBox box, CancellationToken ct, [FromQuery(Name = "message_type")] string? messageType = null, string? source = null,
        [FromQuery(Name = "failed_before")] DateTimeOffset? failedBefore = null, [FromQuery(Name = "id_before")] Guid? idBefore = null, int limit = MostListed)
    {
        var after = failedBefore is { } at && idBefore is { } id ? new DeadLetterPosition(at, id) : null;
        return TypedResults.Ok(new DeadLetterList(await box.ListAsync(messageType, source, after, Math.Clamp(limit, 1, MostListed), ct)));
    }

    static async Task<Results<Ok<DeadLetterContentView>, NotFound>> FindAsync(Guid id, DeadLetterBox box, CancellationToken ct) =>
        await box.FindAsync(id, ct) is { } content ? TypedResults.Ok(DeadLetterContentView.Of(content)) : TypedResults.NotFound();
}
