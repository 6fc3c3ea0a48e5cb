using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.Web.Api;

namespace VideoGen.Web.Account;

/// <summary>Reads the ledger page after page, newest first.</summary>
internal static class LedgerReader
{
    const int PageSize = 100;

    /// <summary>Ends with a problem in place of an entry when a page can't be read.</summary>
    public static async IAsyncEnumerable<(LedgerEntry? Entry, Problem? Problem)> ReadLedgerAsync(
        this AccountsApiClient accounts, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        string? cursor = null;
        do
        {
            var answer = await accounts.GetAsync<Page<LedgerEntry>>(
                $"v1/account/ledger?limit={PageSize}{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}", ct);
            if (answer.Value is not { } page)
            {
                yield return (null, answer.Problem);
                yield break;
            }
            foreach (var entry in page.Data) yield return (entry, null);
            cursor = page.HasMore ? page.NextCursor : null;
        }
        while (cursor is not null);
    }
}
