using System.Threading.RateLimiting;

namespace VideoGen.Providers.Connectors.Http;

/// <summary>
/// The turns of an account whose reads a vendor limits, shared by all reads of this process. Nobody is refused: who comes too early
/// waits, the first one first. Turns are spread over the second, so that no window of a vendor's sees more than its limit and one.
/// </summary>
internal sealed class ReadPace : IDisposable
{
    /// <summary>Timers are no finer than this.</summary>
    static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(10);

    readonly TokenBucketRateLimiter _turns;

    /// <param name="perSecond">May be a fraction: 0.5 is a read every two seconds.</param>
    public ReadPace(double perSecond)
    {
        var together = (int)Math.Ceiling(perSecond * ShortestPeriod.TotalSeconds);
        _turns = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = together,
            TokensPerPeriod = together,
            ReplenishmentPeriod = TimeSpan.FromSeconds(together / perSecond),
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Returns when it is the caller's turn.</summary>
    public async ValueTask TurnAsync(CancellationToken ct)
    {
        using var turn = await _turns.AcquireAsync(1, ct);
    }

    public void Dispose() => _turns.Dispose();
}
