using VideoGen.Accounts.Contracts;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Account;
using VideoGen.Web.Monitor;

namespace VideoGen.Web.Jobs;

/// <summary>Everything that a customer may know of a job.</summary>
/// <param name="Log">Newest first.</param>
/// <param name="Token">Of the page's forms.</param>
public sealed record JobStory(
    JobView Job, IReadOnlyList<LogLine> Log, IReadOnlyList<LedgerEntry> Ledger, IReadOnlyList<DeliveryShown> Deliveries,
        IReadOnlyList<Span> Spans, string Token)
{
    public bool IsOver => JobStatus.Ends.Contains(Job.Status, StringComparer.Ordinal);
}
