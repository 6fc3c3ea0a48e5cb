using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Plans;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Accounts.ApiKeys;

/// <summary><c>POST /internal/identities/by-key</c>: whom an API key stands for. A key that can't be one never reaches the database.</summary>
internal static class IdentifyByKey
{
    public static async Task<Results<Ok<Identity>, ProblemAnswer>> PostAsync(KeyLookup lookup, ApiKeyStore keys, PlanCatalog plans, CancellationToken ct)
    {
        if (!ApiKeyFormat.IsWellFormed(lookup.ApiKey) || await keys.IdentifyAsync(lookup.ApiKey, ct) is not { } key)
            return Problems.Of(ErrorCodes.NotFound);

        // A test key proves nothing that an operator's power should hang on.
        return TypedResults.Ok(new Identity(key.AccountId, UserId: null, key.KeyId, key.Test, key.Plan, key.Scopes, key.IsOperator && !key.Test,
            plans.Find(key.Plan).RateLimits, key.ExpiresAt));
    }
}
