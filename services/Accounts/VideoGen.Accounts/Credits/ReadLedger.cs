using System.Globalization;
using VideoGen.Accounts.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Credits;

/// <summary><c>GET /v1/account/ledger</c>: every movement of the account's credits, newest first.</summary>
internal static class ReadLedger
{
    public static readonly IReadOnlyList<string> Kinds = [.. Enum.GetNames<TransferKind>().Select(name => name.ToLowerInvariant())];

    public static Task<IResult> GetAsync(Caller caller, ListQuery query, LedgerReadStore ledger, CancellationToken ct) =>
        ListAsync(caller.AccountId, query, ledger, ct);

    /// <summary>The same for any account; the operator's routes check who asks.</summary>
    public static async Task<IResult> ListAsync(Guid accountId, ListQuery query, LedgerReadStore ledger, CancellationToken ct)
    {
        var limit = query.Limit();
        var below = query.Cursor<long>(1, parts => long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : null);
        var kind = query.Word("kind", Kinds);
        var jobId = query.Id("job_id");
        if (query.Refusal() is { } refusal) return refusal;

        var entries = await ledger.ListAsync(accountId, below ?? long.MaxValue, kind, jobId, limit + 1, ct);
        return TypedResults.Ok(Paged.Of(entries, limit, entry => [entry.Sequence.ToString(CultureInfo.InvariantCulture)]));
    }
}
