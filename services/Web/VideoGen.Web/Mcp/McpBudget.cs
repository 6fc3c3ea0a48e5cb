using System.Globalization;
using Microsoft.Extensions.Options;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Web.Mcp;

/// <summary>
/// What a program may spend: so many credits within a window, counted for one credential. Each job of MCP carries the credential's id in
/// its metadata; what was spent is read from the jobs themselves, so no count is kept here that could be wrong after a crash. Jobs that
/// failed or were cancelled gave their credits back and count nothing; test jobs cost nothing. One credential's jobs are made one after
/// the other in one instance; several instances at the same moment may pass the budget by a job each.
/// </summary>
internal sealed class McpBudget(McpJobsClient jobs, IOptions<McpOptions> options, TimeProvider time)
{
    const string KeyName = "mcp_key";
    const string RequestName = "mcp_request";

    /// <summary>Jobs forgets an <c>Idempotency-Key</c> after thirty days; a day less, so that nothing falls between.</summary>
    static readonly TimeSpan KnownAgain = TimeSpan.FromDays(29);

    /// <summary>The lower of the operator's and the client's own; null when the client's is no number.</summary>
    public long? LimitOf(HttpRequest request)
    {
        if (!request.Query.TryGetValue("budget", out var text)) return options.Value.BudgetCredits;
        var isNumber = long.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var own);
        return isNumber ? Math.Min(own, options.Value.BudgetCredits) : null;
    }

    /// <summary>What was spent within the window.</summary>
    public async Task<long> SpentAsync(Caller caller, CancellationToken ct)
    {
        var credits = 0L;
        await foreach (var job in jobs.ListAsync(time.GetUtcNow() - options.Value.BudgetWindow, ct, (KeyName, KeyOf(caller))))
            credits += CostOf(job);
        return credits;
    }

    /// <summary>
    /// The job that this request has made already, which a repetition gets again and does not pay again; null when it would make one.
    /// It is looked for as Jobs knows a request again: in the caller's own world (the same text in the other one is another request),
    /// and for as long. Whatever lies outside of that would be bought anew, so it has to fit the budget.
    /// </summary>
    public async Task<JobView?> MadeBeforeAsync(Caller caller, string requestId, CancellationToken ct)
    {
        await foreach (var job in jobs.ListAsync(time.GetUtcNow() - KnownAgain, ct, (KeyName, KeyOf(caller)), (RequestName, requestId)))
            if (job.Test == caller.Test) return job;
        return null;
    }

    /// <summary>What a job of this request carries.</summary>
    public static Dictionary<string, string> MetadataOf(Caller caller, string requestId) =>
        new(StringComparer.Ordinal) { [KeyName] = KeyOf(caller), [RequestName] = requestId };

    static string KeyOf(Caller caller) => caller.CredentialId.ToString();

    internal static long CostOf(JobView job) => job switch
    {
        { Test: true } or { Status: JobStatus.Failed or JobStatus.Cancelled } => 0,
        { Status: JobStatus.Completed } => job.Credits.Captured,
        _ => job.Credits.Held,
    };
}
