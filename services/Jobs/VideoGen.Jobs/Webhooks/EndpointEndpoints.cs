using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.Egress;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.HttpApi.Paging;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Webhooks;

/// <param name="Secret">The new signing secret; shown here only.</param>
/// <param name="PreviousExpiresAt">Until when the secret before signs too; null when it no longer does.</param>
internal sealed record RotatedSecret(string Secret, DateTimeOffset? PreviousExpiresAt);

/// <summary>Webhook endpoints: create, list, read, change, delete, rotate the secret.</summary>
internal static class EndpointEndpoints
{
    const string OneWorld =
        "An endpoint made with a test key is told of test jobs, one made with a live key of live ones. A session makes live "
        + "endpoints, unless it says `X-VideoGen-Mode: test`.";

    const string NoEndpoint = "There is no such webhook endpoint.";

    public static void Map(RouteGroupBuilder group)
    {
        group.MapPost("/", CreateAsync).Accepts<CreateEndpoint>("application/json").WithName("CreateWebhookEndpoint")
            .WithSummary("Register a URL for events; shows its signing secret once")
            .WithDescription(OneWorld)
            .WithBodyExample("""{"url": "https://example.com/videogen", "events": ["job.completed", "job.failed"]}""")
            .Produces<EndpointView>(201).ShowsHeader(201, "Location", "Where the endpoint is read.").Refuses(400, 409)
            .RequireScope(WebhooksExtensions.WriteScope);
        group.MapGet("/", ListAsync).WithName("ListWebhookEndpoints").WithSummary("The account's endpoints")
            .Produces<Page<EndpointView>>().RequireScope(WebhooksExtensions.ReadScope);
        group.MapGet("/{id:guid}", GetAsync).WithName("GetWebhookEndpoint").WithSummary("One endpoint")
            .Produces<EndpointView>().Refuses(404).RequireScope(WebhooksExtensions.ReadScope);
        group.MapPatch("/{id:guid}", ChangeAsync).Accepts<ChangeEndpoint>("application/json").WithName("ChangeWebhookEndpoint")
            .WithSummary("Change URL, events, format, headers or description; enable or disable")
            .WithBodyExample("""{"enabled": false}""")
            .Produces<EndpointView>().Refuses(400, 404).RequireScope(WebhooksExtensions.WriteScope);
        group.MapDelete("/{id:guid}", DeleteAsync).WithName("DeleteWebhookEndpoint").WithSummary("Delete an endpoint; its deliveries stay readable")
            .Produces(204).Refuses(404).RequireScope(WebhooksExtensions.WriteScope);
        group.MapPost("/{id:guid}/rotate-secret", RotateAsync).Accepts<RotateSecret>(isOptional: true, "application/json")
            .WithName("RotateWebhookSecret")
            .WithSummary("A new signing secret; the present one signs beside it for the overlap (default 24 hours)")
            .WithBodyExample("""{"overlap_hours": 24}""")
            .Produces<RotatedSecret>().Refuses(400, 404).RequireScope(WebhooksExtensions.WriteScope);
        group.MapPost("/{id:guid}/test", EndpointTest.RunAsync).WithName("TestWebhookEndpoint")
            .WithSummary("Send a webhook.test event now and show what came of it")
            .Produces<TestResult>().Refuses(404).RequireScope(WebhooksExtensions.WriteScope);
    }

    static async Task<IResult> CreateAsync(
        BodyFields body, Caller caller, UnitOfWork work, EndpointStore endpoints, SecretStore secrets, EgressGuard guard,
            IOptions<WebhookOptions> options,
        CancellationToken ct)
    {
        var (asked, refusal) = await EndpointInput.ReadAsync(body, isNew: true, guard, ct);
        if (refusal is not null) return refusal;

        await work.BeginAsync(ct);
        var most = options.Value.EndpointsPerAccount;
        var created = await endpoints.CreateAsync(caller.MakesIn, asked, most, ct);
        if (created is null)
            return Problems.Of(ErrorCodes.QuotaExceeded,
                $"An account may have {most} webhook endpoints for test jobs, and as many for live ones; delete one first.");
        var secret = WebhookSecret.New();
        await secrets.CreateAsync(work, created.Id, caller.AccountId, secret, ct);
        await work.CommitAsync(ct);
        return TypedResults.Created($"/v1/webhooks/endpoints/{created.Id}", created with { Secret = WebhookSecret.Show(secret) });
    }

    static async Task<IResult> ListAsync(Caller caller, UnitOfWork work, EndpointStore endpoints, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        return TypedResults.Ok(new Page<EndpointView>(await endpoints.ListAsync(caller.Sees, ct), NextCursor: null, HasMore: false));
    }

    static async Task<IResult> GetAsync(Guid id, Caller caller, UnitOfWork work, EndpointStore endpoints, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        return (await endpoints.FindAsync(caller.Sees, id, ct)).OrNotFound(found => found, NoEndpoint);
    }

    static async Task<IResult> ChangeAsync(
        Guid id, BodyFields body, Caller caller, UnitOfWork work, EndpointStore endpoints, EgressGuard guard, CancellationToken ct)
    {
        var (change, refusal) = await EndpointInput.ReadAsync(body, isNew: false, guard, ct);
        if (refusal is not null) return refusal;
        await work.BeginAsync(ct);
        if (await endpoints.LockAsync(caller.Sees, id, ct) is not { } present) return NotFound();
        if (EndpointInput.EventsFault(change.Events ?? present.Events, change.Format ?? present.Format) is { } fault) return Problems.OfField("events", fault);
        if (EndpointInput.HeadersFault(present, change) is { } missing) return Problems.OfField("headers", missing);
        var changed = await endpoints.ChangeAsync(caller.Sees, id, change, ct);
        await work.CommitAsync(ct);
        return TypedResults.Ok(changed);
    }

    static async Task<IResult> DeleteAsync(Guid id, Caller caller, UnitOfWork work, EndpointStore endpoints, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        if (!await endpoints.DeleteAsync(caller.Sees, id, ct)) return NotFound();
        await SecretStore.DeleteAsync(work, id, ct);
        await work.CommitAsync(ct);
        return TypedResults.NoContent();
    }

    static async Task<IResult> RotateAsync(
        Guid id, BodyFields body, Caller caller, UnitOfWork work, EndpointStore endpoints, SecretStore secrets, CancellationToken ct)
    {
        var (overlap, refusal) = EndpointInput.ReadOverlap(body);
        if (refusal is not null) return refusal;
        await work.BeginAsync(ct);
        if (await endpoints.FindAsync(caller.Sees, id, ct) is null) return NotFound();
        return await SigningSecretEndpoints.RotateForAsync(work, secrets, id, caller.AccountId, overlap, ct);
    }

    internal static ProblemAnswer NotFound() => Problems.Of(ErrorCodes.NotFound, NoEndpoint);
}
