using System.Globalization;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Requests;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Credits;

/// <summary><c>GET /v1/account/ledger</c>: every movement of the account's credits, newest first.</summary>
internal static class ReadLedger
{
    public static readonly string[] Kinds = [.. Enum.GetNames<TransferKind>().Select(name => name.ToLowerInvariant())];

    public static readonly QueryParameter[] Query =
    [
        QueryParameter.Word("kind", "Only movements of this kind.", Kinds),
        QueryParameter.Id("job_id", "Only movements of this job."),
        .. Paged.Query(1, parts => Sequence(parts) is not null),
    ];

    /// <summary>Test jobs move no credits, so the ledger is the live world's: from the test world nothing of it is seen.</summary>
    public static Task<IResult> GetAsync(Caller caller, HttpRequest request, LedgerReadStore ledger, CancellationToken ct) =>
        caller.Sees.Holds(test: false)
            ? ListAsync(caller.AccountId, request, ledger, ct)
            : Task.FromResult<IResult>(TypedResults.Ok(new Page<LedgerEntry>([], NextCursor: null, HasMore: false)));

    /// <summary>The same for any account; the operator's routes check who asks.</summary>
    public static async Task<IResult> ListAsync(Guid accountId, HttpRequest request, LedgerReadStore ledger, CancellationToken ct)
    {
        var query = request.Query;
        var limit = Paged.LimitOf(query);
        var below = query.CursorOf(1) is { } parts ? Sequence(parts) : null;
        var entries = await ledger.ListAsync(accountId, below ?? long.MaxValue, query.TextOf("kind"), query.IdOf("job_id"), limit + 1, ct);
        return TypedResults.Ok(Paged.Of(entries, limit, entry => [entry.Sequence.ToString(CultureInfo.InvariantCulture)]));
    }

    static long? Sequence(string[] parts) =>
        long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : null;
}
