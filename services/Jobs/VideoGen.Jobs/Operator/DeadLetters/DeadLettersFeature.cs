using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Jobs.Operator.DeadLetters;

/// <summary>Messages that nobody could handle or send, in any service, for operators.</summary>
internal static class DeadLettersFeature
{
    public static void AddDeadLetters(this WebApplicationBuilder builder)
    {
        builder.Services.AddServiceClient<AccountsLetters>("accounts", DeadLettersClient.LongestTake);
        builder.Services.AddServiceClient<ProvidersLetters>("providers", DeadLettersClient.LongestTake);
        builder.Services.AddServiceClient<StorageLetters>("storage", DeadLettersClient.LongestTake);
        builder.Services.AddScoped<DeadLettersClient>();
        builder.Services.AddScoped<DeadLettersEndpoints>();
    }

    public static void MapOperatorDeadLetters(this IEndpointRouteBuilder app)
    {
        var letters = app.MapGroup("/admin/v1/dead-letters").WithTags("Operator").ExcludeFromDescription(); // not in the published document yet
        letters.MapGet("", (HttpRequest request, DeadLettersEndpoints endpoints, CancellationToken ct) => endpoints.ListAsync(request, ct))
            .WithName("ListDeadLetters").WithSummary("List messages that could not be handled or sent")
            .WithDescription("Of all services, newest first; `missing` names those that did not answer. Filters: `service`, `message_type`, `source`. "
                + "Paging: `limit` (1 to 100, default 50), `cursor`.")
            .TakesQuery(DeadLettersQuery.Names).Produces<DeadLetterPage>().Refuses(400);
        letters.MapGet("/{service}/{id:guid}", (string service, Guid id, DeadLettersEndpoints endpoints, CancellationToken ct) => endpoints.FindAsync(service, id, ct))
            .WithName("GetDeadLetter").WithSummary("Read one with its body and the exception")
            .Produces<DeadLetterContentOfService>().Refuses(404, 502);
        letters.MapPost("/{service}/{id:guid}/replay",
                (string service, Guid id, Caller caller, DeadLettersEndpoints endpoints) => endpoints.ReplayOneAsync(service, id, caller))
            .WithName("ReplayDeadLetter").WithSummary("Send it again, exactly as it was")
            .WithDescription("Once its cause is mended. An effect that happened after all does not happen twice, provided that it happened "
                + "within the last seven days: what was handled is not remembered for longer. "
                + "A message that fails again, or that no queue takes, comes back as a new dead letter.")
            .Produces(204).Refuses(404, 502);
        letters.MapDelete("/{service}/{id:guid}",
                (string service, Guid id, Caller caller, DeadLettersEndpoints endpoints) => endpoints.DiscardOneAsync(service, id, caller))
            .WithName("DiscardDeadLetter").WithSummary("Delete it for good")
            .Produces(204).Refuses(404, 502);
        letters.MapPost("/{service}/replay",
                (string service, BodyFields body, Caller caller, DeadLettersEndpoints endpoints) =>
                    DeadLettersEndpoints.OfManyAsync(body, many => endpoints.ReplayManyAsync(service, many, caller)))
            .Accepts<DeadLetterMany>("application/json").WithName("ReplayDeadLetters").WithSummary("Send many of a service again")
            .Produces<DeadLettersTaken>().Refuses(400, 404, 502);
        letters.MapPost("/{service}/discard",
                (string service, BodyFields body, Caller caller, DeadLettersEndpoints endpoints) =>
                    DeadLettersEndpoints.OfManyAsync(body, many => endpoints.DiscardManyAsync(service, many, caller)))
            .Accepts<DeadLetterMany>("application/json").WithName("DiscardDeadLetters").WithSummary("Delete many of a service for good")
            .Produces<DeadLettersTaken>().Refuses(400, 404, 502);
    }
}
