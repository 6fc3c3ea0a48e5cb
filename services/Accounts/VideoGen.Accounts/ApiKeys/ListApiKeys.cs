using VideoGen.Accounts.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.ApiKeys;

/// <summary><c>GET /v1/account/keys</c>: the account's keys without their secrets, newest first; revoked ones stay listed.</summary>
internal static class ListApiKeys
{
    public static async Task<IResult> GetAsync(Caller caller, ListQuery query, ApiKeyStore keys, CancellationToken ct)
    {
        var limit = query.Limit();
        var after = query.Cursor(2, Paged.Position);
        if (query.Refusal() is { } refusal) return refusal;
        var rows = await keys.ListAsync(caller.AccountId, after, limit + 1, ct);
        return TypedResults.Ok(Paged.Of(rows, limit, key => Paged.Parts(key.CreatedAt, key.Id)));
    }
}
