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
    public const string KeyName = "mcp_key";
    public const string RequestName = "mcp_request";

    /// <summary>The lower of the operator's and the client's own; null when the client's is no number.</summary>
    public long? LimitOf(HttpRequest request)
    {
        if (!request.Query.TryGetValue("budget", out var text)) return options.Value.BudgetCredits;
        var isNumber = long.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var own);
        return isNumber ? Math.Min(own, options.Value.BudgetCredits) : null;
    }

    /// <summary>What was spent, and whether the request has its job already.</summary>
    public async Task<(long Credits, bool IsRepetition)> SpentAsync(Caller caller, string requestId, CancellationToken ct)
    {
        var (credits, isRepetition) = (0L, false);
        await foreach (
            var job in jobs.ListAsync(KeyName, caller.CredentialId.ToString(), time.GetUtcNow() - options.Value.BudgetWindow, ct))
        {
            credits += CostOf(job);
            isRepetition |= job.Metadata.GetValueOrDefault(RequestName) == requestId;
        }
        return (credits, isRepetition);
    }

    internal static long CostOf(JobView job) => job switch
    {
        { Test: true } or { Status: JobStatus.Failed or JobStatus.Cancelled } => 0,
        { Status: JobStatus.Completed } => job.Credits.Captured,
        _ => job.Credits.Held,
    };
}

/// <summary>One job after the other for each credential of this instance.</summary>
internal sealed class McpTurns : IDisposable
{
    readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 1024).Select(_ => new SemaphoreSlim(1))];

    public async Task<IDisposable> TakeAsync(Guid credential, CancellationToken ct)
    {
        var turn = _turns[(uint)credential.GetHashCode() % _turns.Length];
        await turn.WaitAsync(ct);
        return new Turn(turn);
    }

    public void Dispose()
    {
        foreach (var turn in _turns) turn.Dispose();
    }

    sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
