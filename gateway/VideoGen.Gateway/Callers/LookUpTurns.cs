using System.Threading.RateLimiting;

namespace VideoGen.Gateway.Callers;

/// <summary>
/// Look-ups for an address that has shown too many bad credentials: a few at a time, the others wait for their turn. So who
/// guesses asks slowly, and a good credential from the same address is still let in.
/// </summary>
internal sealed class LookUpTurns : IDisposable
{
    const int AtOnce = 4;
    const int Waiting = 400;

    readonly PartitionedRateLimiter<string> _turns =
        PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetConcurrencyLimiter(
        address, _ =>
            new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = Waiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst }));

    /// <summary>A turn, to be given back by disposing of it; it is not acquired when too many wait already.</summary>
    public ValueTask<RateLimitLease> WaitAsync(string address, CancellationToken ct) => _turns.AcquireAsync(address, permitCount: 1, ct);

    public void Dispose() => _turns.Dispose();
}
