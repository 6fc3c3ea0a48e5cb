using VideoGen.Durability;

namespace VideoGen.Providers.Callbacks;

/// <summary>Forgets callbacks that no vendor repeats any more, once an hour.</summary>
internal sealed class CallbackRetention(CallbackStore callbacks) : IRecurringWork
{
    public const string Name = "callback-retention";

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public Task RunAsync(CancellationToken ct) => callbacks.PruneAsync(ct);
}
