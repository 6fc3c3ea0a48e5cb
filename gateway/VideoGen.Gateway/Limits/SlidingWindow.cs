using VideoGen.Accounts.Contracts;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// Counts at most <c>limit</c> uses in any 60 seconds, exactly, under any number of threads. Time is cut into seconds and 61 of
/// them are remembered, so a use counts for at least 60 and less than 61 seconds. A use that is refused does not count.
/// </summary>
internal sealed class SlidingWindow
{
    const int Seconds = 61;

    readonly int[] _uses = new int[Seconds];
    readonly Lock _lock = new();
    long _newest = long.MinValue;
    int _total;
    bool _retired;

    /// <param name="now">A clock in whole seconds that does not run backwards.</param>
    /// <returns>Null when this window has been retired and another one counts.</returns>
    public Usage? TryUse(long now, int limit, int amount = 1)
    {
        lock (_lock)
        {
            if (_retired) return null;
            Advance(now);
            var allowed = _total + amount <= limit;
            if (allowed)
            {
                _uses[Slot(_newest)] += amount;
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
            Advance(now);
            return _retired = _total == 0;
        }
    }

    void Advance(long now)
    {
        if (now <= _newest) return;
        var steps = _newest == long.MinValue ? Seconds : Math.Min(Seconds, now - _newest);
        for (var step = 1; step <= steps; step++)
        {
            var slot = Slot(now - steps + step);
            _total -= _uses[slot];
            _uses[slot] = 0;
        }
        _newest = now;
    }

    int SecondsUntilFree()
    {
        for (var age = Seconds - 1; age >= 0; age--)
            if (_uses[Slot(_newest - age)] > 0) return Seconds - age;
        return 0;
    }

    static int Slot(long second) => (int)(((second % Seconds) + Seconds) % Seconds);
}

/// <param name="ResetSeconds">When the oldest use is forgotten and <paramref name="Remaining"/> grows again.</param>
internal readonly record struct Usage(bool IsAllowed, int Limit, int Remaining, int ResetSeconds)
{
    /// <summary>One window of an exact limit. When the use was refused, the time to wait is that of the whole question.</summary>
    public static Usage Of(LimitAnswer answer, LimitState window) =>
        new(answer.Allowed, window.Limit, window.Remaining, answer.Allowed ? window.ResetSeconds : answer.RetryAfterSeconds);
}
