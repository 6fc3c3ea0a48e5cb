using System.Collections.Concurrent;

namespace VideoGen.Gateway.Limits;

/// <summary>One sliding window for each thing that is counted; windows that have run empty are dropped.</summary>
internal sealed class UsageCounters(TimeProvider time)
{
    const int SweepMilliseconds = 30_000;

    readonly ConcurrentDictionary<(string Kind, string Who), SlidingWindow> _windows = new();
    readonly long _start = time.GetTimestamp();
    long _sweptAt;

    /// <summary>Counts one use, unless the limit is reached.</summary>
    /// <param name="kind">What is counted.</param>
    /// <param name="who">A credential's id or a client's address.</param>
    public Usage TryUse(string kind, string who, int limit)
    {
        SweepNowAndThen();
        while (true)
            if (_windows.GetOrAdd((kind, who), static _ => new SlidingWindow()).TryUse(Now(), limit) is { } usage) return usage;
    }

    /// <summary>The present state, without counting.</summary>
    public Usage Peek(string kind, string who, int limit) =>
        (_windows.TryGetValue((kind, who), out var window) ? window.TryUse(Now(), limit, amount: 0) : null) ?? new Usage(IsAllowed: true, limit, limit, 0);

    long Now() => (long)time.GetElapsedTime(_start).TotalMilliseconds;

    void SweepNowAndThen()
    {
        var now = Now();
        var swept = Volatile.Read(ref _sweptAt);
        if (now - swept < SweepMilliseconds || Interlocked.CompareExchange(ref _sweptAt, now, swept) != swept) return;
        foreach (var window in _windows)
            if (window.Value.TryRetire(now)) _windows.TryRemove(window);
    }
}
