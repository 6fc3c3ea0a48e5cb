using VideoGen.Accounts.Contracts;

namespace VideoGen.Accounts.Operator;

/// <summary><c>GET /admin/v1/ledger/check</c>: are the books in order?</summary>
internal static class CheckLedger
{
    public static async Task<IResult> GetAsync(LedgerCheckStore store, TimeProvider time, CancellationToken ct)
    {
        var checks = await store.RunAsync(ct);
        return TypedResults.Ok(new LedgerCheckAnswer(checks.TrueForAll(check => check.Passed), time.GetUtcNow(), checks));
    }
}
