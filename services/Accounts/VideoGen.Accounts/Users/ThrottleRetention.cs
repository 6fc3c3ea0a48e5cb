using VideoGen.Durability;

namespace VideoGen.Accounts.Users;

/// <summary>Deletes counts of attempts that no longer matter, once an hour.</summary>
internal sealed class ThrottleRetention(ThrottleStore throttles) : IRecurringWork
{
    public const string Name = "throttle-retention";

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public Task RunAsync(CancellationToken ct) => throttles.PruneAsync(ct);
}
