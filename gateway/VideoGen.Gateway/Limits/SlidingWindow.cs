using VideoGen.Accounts.Contracts;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// Counts at most <c>limit</c> uses in any 60 seconds, exactly, under any number of threads. Uses of one second are kept as one number, and
/// forgotten 60 seconds after the last of them: so none counts for less than 60 seconds, and nobody has to wait for longer. A use
/// that is refused does not count.
/// </summary>
internal sealed class SlidingWindow
{
    const int Slots = 61;
    const long Second = 1000;
    const long Length = 60 * Second;

    readonly int[] _uses = new int[Slots];
    readonly long[] _lastAt = new long[Slots];
    readonly Lock _lock = new();
    long _newest = long.MinValue;
    int _total;
    bool _retired;

    /// <param name="now">A clock in milliseconds that does not run backwards.</param>
    /// <returns>Null when this window has been retired and another one counts.</returns>
    public Usage? TryUse(long now, int limit, int amount = 1)
    {
        lock (_lock)
        {
            if (_retired) return null;
            Forget(now);
            var allowed = _total + amount <= limit;
            if (allowed && amount > 0)
            {
                var slot = (int)(((_newest / Second % Slots) + Slots) % Slots);
                _uses[slot] += amount;
                _lastAt[slot] = _newest;
                _total += amount;
            }
            return new Usage(allowed, limit, Math.Max(0, limit - _total), SecondsUntilFree());
        }
    }

    /// <summary>Ends a window that remembers nothing, so that it can be dropped without losing a use.</summary>
    public bool TryRetire(long now)
    {
        lock (_lock)
        {
            Forget(now);
            return _retired = _total == 0;
        }
    }

    void Forget(long now)
    {
        _newest = Math.Max(_newest, now);
        for (var slot = 0; slot < Slots && _total > 0; slot++)
        {
            if (_uses[slot] == 0 || _newest - _lastAt[slot] < Length) continue;
            _total -= _uses[slot];
            _uses[slot] = 0;
        }
    }

    int SecondsUntilFree()
    {
        var oldest = long.MaxValue;
        for (var slot = 0; slot < Slots; slot++)
            if (_uses[slot] > 0) oldest = Math.Min(oldest, _lastAt[slot]);
        return oldest == long.MaxValue ? 0 : (int)((oldest + Length - _newest + Second - 1) / Second);
    }
}

/// <param name="ResetSeconds">When the oldest use is forgotten and <paramref name="Remaining"/> grows again.</param>
internal readonly record struct Usage(bool IsAllowed, int Limit, int Remaining, int ResetSeconds)
{
    /// <summary>One window of an exact limit. When the use was refused, the time to wait is that of the whole question.</summary>
    public static Usage Of(LimitAnswer answer, LimitState window) =>
        new(answer.Allowed, window.Limit, window.Remaining, answer.Allowed ? window.ResetSeconds : answer.RetryAfterSeconds);
}
