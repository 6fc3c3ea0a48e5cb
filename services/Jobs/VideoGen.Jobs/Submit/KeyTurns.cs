using System.Collections.Concurrent;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Lets one request of a key go first in this process; its twins wait for its answer here, without a connection. A courtesy that
/// spares the database: the guarantee is <see cref="IdempotencyStore"/>'s.
/// </summary>
internal sealed class KeyTurns(TimeProvider time)
{
    readonly ConcurrentDictionary<(Guid AccountId, string Route, string Key), TaskCompletionSource> _first = new();

    /// <summary>
    /// Returns at once for the first; for the others, with null, when the first is done or their patience is over. Dispose when
    /// answered.
    /// </summary>
    public async Task<IDisposable?> EnterAsync(IdempotencyKey key, TimeSpan patience, CancellationToken ct)
    {
        var place = (key.AccountId, key.Route, key.Key);
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = _first.GetOrAdd(place, mine);
        if (ReferenceEquals(first, mine)) return new Turn(() =>
        {
            _first.TryRemove(place, out _);
            mine.SetResult();
        });
        await Task.WhenAny(first.Task, Task.Delay(patience, time, ct));
        ct.ThrowIfCancellationRequested();
        return null;
    }

    sealed class Turn(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
