using VideoGen.Durability;

namespace VideoGen.Accounts.Users;

/// <summary>Deletes counts of attempts that no longer matter, once an hour.</summary>
internal sealed class PruneThrottles(ThrottleStore throttles) : IDueWorkHandler
{
    public const string Kind = "prune-throttles";

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        await throttles.PruneAsync(ct);
        return DueWorkResult.Again(TimeSpan.FromHours(1));
    }
}
