using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Api;

namespace VideoGen.Web.Account;

/// <summary>Movements of credits, as a page and as a file; and what they went for.</summary>
internal sealed class LedgerEndpoints(AccountsApiClient accounts, JobsApiClient jobs, TimeProvider time)
{
    static readonly string[] Kinds = ["grant", "hold", "capture", "release", "expire"];

    /// <summary>Jobs looked at for the usage, 200 a read.</summary>
    const int MostReads = 5;

    const int UsageDays = 30;

    public async Task<IResult> ShowAsync(HttpRequest request, CancellationToken ct)
    {
        var kind = Kinds.FirstOrDefault(one => one == request.Query["kind"]) ?? "";
        var cursor = request.Query["cursor"].ToString();
        var answer = await accounts.GetAsync<Page<LedgerEntry>>(
            "v1/account/ledger?limit=50" + (kind.Length > 0 ? "&kind=" + kind : "")
            + (cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : ""), ct);
        if (answer.Value is not { } page) return answer.Refusal;
        return new RazorComponentResult<LedgerPage>(new { Entries = page.Data, Kind = kind, Kinds = (IReadOnlyList<string>)Kinds,
            Next = page.HasMore ? page.NextCursor : null });
    }

    /// <summary>The whole ledger as RFC 4180 has it, sent as it is read.</summary>
    public async Task ExportAsync(HttpContext context, CancellationToken ct)
    {
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"videogen-ledger.csv\"";
        await context.Response.WriteAsync("sequence,created_at,kind,credits,amount,available_after,held_after,job_id,reason\r\n", ct);
        await foreach (var (entry, problem) in accounts.ReadLedgerAsync(ct))
        {
            if (problem is not null)
            {
                // A file that ends early must not look whole.
                context.Abort();
                return;
            }
            await context.Response.WriteAsync(LineOf(entry!), ct);
        }
    }

    public async Task<IResult> UsageAsync(CancellationToken ct)
    {
        var since = time.GetUtcNow().AddDays(-UsageDays);
        var (found, cursor, reads) = (new List<JobView>(), "", 0);
        do
        {
            var path = string.Create(CultureInfo.InvariantCulture,
                $"v1/jobs?limit=200&created_after={since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");
            var answer =
                await jobs.GetAsync<Page<JobView>>(path + (cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : ""), ct);
            if (answer.Value is not { } page) return answer.Refusal;
            found.AddRange(page.Data);
            cursor = page.HasMore ? page.NextCursor ?? "" : "";
        }
        while (cursor.Length > 0 && ++reads < MostReads);
        return new RazorComponentResult<UsagePage>(
            new { Usage = UsageFigures.Of(found, time.GetUtcNow(), UsageDays), IsCut = cursor.Length > 0 });
    }

    internal static string LineOf(LedgerEntry entry)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{entry.Sequence},{entry.CreatedAt.UtcDateTime:O},{entry.Kind},{entry.Credits},");
        line.Append(CultureInfo.InvariantCulture, $"{entry.Amount},{entry.AvailableAfter},{entry.HeldAfter},{entry.JobId},");
        return line.Append(Quoted(entry.Reason)).Append("\r\n").ToString();
    }

    /// <summary>Quoted; and what a spreadsheet would take for a formula is made text.</summary>
    static string Quoted(string text)
    {
        var harmless = text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
