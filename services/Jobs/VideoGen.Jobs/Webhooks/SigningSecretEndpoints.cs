using VideoGen.Durability;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Webhooks;

/// <param name="Secret">Signs the deliveries to the URLs given with a job.</param>
/// <param name="PreviousExpiresAt">Until when the secret before signs too; null when none does.</param>
internal sealed record SigningSecret(string Secret, DateTimeOffset CreatedAt, DateTimeOffset? PreviousExpiresAt);

/// <summary>
/// The account's own signing secrets, one for test jobs and one for live ones. Reading one needs the write scope:
/// whoever has it can forge events.
/// </summary>
internal static class SigningSecretEndpoints
{
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/", GetAsync).WithName("GetWebhookSigningSecret").WithSummary("The secret that signs deliveries to a job's own webhook_url")
            .WithDescription("Test jobs have another than live ones. A session gets the live one, unless it says `X-VideoGen-Mode: test`.")
            .Produces<SigningSecret>().RequireScope(WebhooksExtensions.WriteScope);
        group.MapPost("/rotate", RotateAsync).Accepts<RotateSecret>(isOptional: true, "application/json")
            .WithName("RotateWebhookSigningSecret")
            .WithSummary("A new account secret; the present one signs beside it for the overlap (default 24 hours)")
            .WithBodyExample("""{"overlap_hours": 24}""")
            .Produces<RotatedSecret>().Refuses(400).RequireScope(WebhooksExtensions.WriteScope);
    }

    static async Task<IResult> GetAsync(Caller caller, UnitOfWork work, SecretStore secrets, HttpContext http, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var owner = OwnerFor(caller);
        await secrets.ValidAsync(work, owner, caller.AccountId, ct);
        var current = (await secrets.FindAsync(work, owner, ct))!;
        await work.CommitAsync(ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SigningSecret(WebhookSecret.Show(current.Secret), current.CreatedAt, current.PreviousExpiresAt));
    }

    static async Task<IResult> RotateAsync(
        BodyFields body, Caller caller, UnitOfWork work, SecretStore secrets, CancellationToken ct)
    {
        var (overlap, refusal) = EndpointInput.ReadOverlap(body);
        if (refusal is not null) return refusal;
        await work.BeginAsync(ct);
        return await RotateForAsync(work, secrets, OwnerFor(caller), caller.AccountId, overlap, ct);
    }

    static Guid OwnerFor(Caller caller) => WebhookSecret.OwnerOf(caller.AccountId, caller.Test);

    /// <summary>Rotates in the open transaction, and commits it.</summary>
    internal static async Task<IResult> RotateForAsync(UnitOfWork work, SecretStore secrets, Guid ownerId, Guid accountId, TimeSpan overlap, CancellationToken ct)
    {
        await secrets.RotateAsync(work, ownerId, accountId, WebhookSecret.New(), overlap, ct);
        var current = (await secrets.FindAsync(work, ownerId, ct))!;
        await work.CommitAsync(ct);
        return TypedResults.Ok(new RotatedSecret(WebhookSecret.Show(current.Secret), current.PreviousExpiresAt));
    }
}
