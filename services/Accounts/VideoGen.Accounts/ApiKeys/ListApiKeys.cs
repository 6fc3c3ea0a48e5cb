using VideoGen.Accounts.Requests;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.ApiKeys;

/// <summary><c>GET /v1/account/keys</c>: the account's keys without their secrets, newest first; revoked ones stay listed.</summary>
internal static class ListApiKeys
{
    public static async Task<IResult> GetAsync(Caller caller, HttpRequest request, ApiKeyStore keys, CancellationToken ct)
    {
        var limit = Paged.LimitOf(request.Query);
        var after = request.Query.CursorOf(2) is { } parts ? Paged.Position(parts) : null;
        var rows = await keys.ListAsync(caller.Sees, after, limit + 1, ct);
        return TypedResults.Ok(Paged.Of(rows, limit, key => Paged.Parts(key.CreatedAt, key.Id)));
    }
}
