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
        if (!ApiKeyFormat.IsWellFormed(lookup.ApiKey)) return Problems.Of(ErrorCodes.NotFound);
        return AnswerOf(await keys.IdentifyAsync(lookup.ApiKey, ct), plans);
    }

    /// <summary><c>GET /internal/identities/by-key-id/{key_id}</c>: the same for whoever verified the key before and kept only its id.</summary>
    public static async Task<Results<Ok<Identity>, ProblemAnswer>> GetAsync(Guid keyId, ApiKeyStore keys, PlanCatalog plans, CancellationToken ct) =>
        AnswerOf(await keys.IdentifyAsync(keyId, ct), plans);

    // A test key proves nothing that an operator's power should hang on.
    static Results<Ok<Identity>, ProblemAnswer> AnswerOf(KeyIdentity? found, PlanCatalog plans) => found.OrNotFound(key => new Identity(
        key.AccountId, UserId: null, key.KeyId, key.Test, key.Plan, key.Scopes, key.IsOperator && !key.Test, plans.Find(key.Plan).RateLimits, key.ExpiresAt,
        plans.Find(key.Plan).RetentionDays));
}
