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

    /// <summary>Longer nobody waits who may have a good credential.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    static readonly ConcurrencyLimiterOptions Options =
        new() { PermitLimit = AtOnce, QueueLimit = Waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };

    readonly PartitionedRateLimiter<string> _turns = PartitionedRateLimiter.Create<string, string>(
        address => RateLimitPartition.GetConcurrencyLimiter(address, _ => Options));

    /// <summary>A turn, to be given back by disposing of it; null when too many wait already, or it took too long to come.</summary>
    public async Task<IDisposable?> WaitAsync(string address, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            var turn = await _turns.AcquireAsync(address, permitCount: 1, patience.Token);
            return turn.IsAcquired ? turn : null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _turns.Dispose();
}
