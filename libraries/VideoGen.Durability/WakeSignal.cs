using System.Threading.Channels;

namespace VideoGen.Durability;

/// <summary>
/// Wakes a worker of this process at once; what other processes leave is found by the worker's own poll. Setting it while
/// nobody waits is remembered once, so a wake-up between "nothing to do" and "wait" is never missed.
/// </summary>
internal class WakeSignal
{
    readonly Channel<bool> _pending = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public virtual void Set() => _pending.Writer.TryWrite(true);

    /// <summary>Returns when set or when the time is over, whichever is first; throws only when <paramref name="ct"/> is cancelled.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(atMost);
        try
        {
            await _pending.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
        }
    }
}

internal sealed class OutboxSignal : WakeSignal;
