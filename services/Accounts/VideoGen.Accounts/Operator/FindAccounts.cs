using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Credits;
using VideoGen.Accounts.Plans;
using VideoGen.Accounts.Requests;
using VideoGen.Accounts.Users;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Accounts.Operator;

/// <summary>Accounts, as operators look for them.</summary>
internal static class FindAccounts
{
    const int LongestText = 254;

    public static readonly QueryParameter[] Query =
        [QueryParameter.Text("query", "A part of the address or name, or an id.", LongestText), .. Paged.QueryByTime];

    /// <summary><c>GET /admin/v1/accounts?query=&amp;cursor=</c>.</summary>
    public static async Task<IResult> ListAsync(HttpRequest request, AccountStore accounts, PlanCatalog plans, CancellationToken ct)
    {
        var limit = Paged.LimitOf(request.Query);
        var after = request.Query.CursorOf(2) is { } parts ? Paged.Position(parts) : null;
        var rows = await accounts.ListAsync(request.Query.TextOf("query")?.Trim(), after, limit + 1, ct);
        return TypedResults.Ok(Paged.Of(rows.ConvertAll(row => row.ToView(plans)), limit, view => Paged.Parts(view.CreatedAt, view.Id)));
    }

    /// <summary><c>GET /admin/v1/accounts/{id}</c>.</summary>
    public static async Task<IResult> GetAsync(Guid id, AccountStore accounts, PlanCatalog plans, CancellationToken ct)
    {
        if (await accounts.FindAsync(id, ct) is not { } row) return Problems.Of(ErrorCodes.NotFound);
        var totals = new AccountTotals(row.Wallet.Granted, row.Wallet.Captured, row.Wallet.Expired);
        var keys = await accounts.CountActiveKeysAsync(id, ct);
        return TypedResults.Ok(new AccountDetails(row.ToView(plans), row.IsOperator, totals, keys, row.ClosedAt, row.ErasedAt));
    }

    /// <summary><c>GET /admin/v1/accounts/{id}/ledger</c>.</summary>
    public static async Task<IResult> LedgerAsync(Guid id, HttpRequest request, AccountStore accounts, LedgerReadStore ledger,
        CancellationToken ct) =>
        await accounts.FindAsync(id, ct) is null ? Problems.Of(ErrorCodes.NotFound) : await ReadLedger.ListAsync(id, request, ledger, ct);
}
