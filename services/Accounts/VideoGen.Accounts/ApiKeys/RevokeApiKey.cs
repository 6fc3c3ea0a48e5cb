using MassTransit;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.ApiKeys;

/// <summary><c>DELETE /v1/account/keys/{id}</c>: the key stops working everywhere within five seconds. Repeating it changes nothing.</summary>
internal static class RevokeApiKey
{
    public static async Task<Results<NoContent, ProblemAnswer>> DeleteAsync(
        Caller caller, Guid id, UnitOfWork work, ApiKeyStore keys, IPublishEndpoint bus, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        if (await keys.RevokeAsync(work, caller.Sees, id, ct) is { } revokedAt)
        {
            await bus.Publish(new ApiKeyRevoked(caller.AccountId, id, revokedAt), ct);
            await work.CommitAsync(ct);
            return TypedResults.NoContent();
        }
        return await keys.FindAsync(work, caller.Sees, id, ct) is not null ? TypedResults.NoContent() : Problems.Of(ErrorCodes.NotFound);
    }
}
