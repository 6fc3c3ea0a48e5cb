using VideoGen.Durability;

namespace VideoGen.Accounts.Sessions;

/// <summary>Forgets ended sign-ins that would be over anyway, once an hour.</summary>
internal sealed class SessionRetention(SessionStore sessions) : IRecurringWork
{
    public const string Name = "session-retention";

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public Task RunAsync(CancellationToken ct) => sessions.PruneAsync(ct);
}
