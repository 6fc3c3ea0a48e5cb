using System.Collections.Concurrent;
using VideoGen.Accounts.Contracts;

namespace VideoGen.Gateway.Tests;

/// <summary>Exact limits as Accounts counts them, on the test's clock: a log of uses, all windows or nothing.</summary>
internal sealed class FakeLimits(TimeProvider time)
{
    readonly ConcurrentDictionary<(Guid, string), List<DateTimeOffset>> _uses = new();

    public LimitAnswer Take(TakeLimit ask)
    {
        var uses = _uses.GetOrAdd((ask.AccountId, ask.Subject), _ => []);
        lock (uses)
        {
            var now = time.GetUtcNow();
            var waits = ask.Windows.Select(window => WaitOf(uses, window, ask.Count, now)).ToList();
            var allowed = waits.TrueForAll(wait => wait == 0);
            if (allowed) uses.AddRange(Enumerable.Repeat(now, ask.Count));
            return new LimitAnswer(allowed, [.. ask.Windows.Select(window => StateOf(uses, window, now))], waits.Max());
        }
    }

    static int WaitOf(List<DateTimeOffset> uses, LimitWindow window, int count, DateTimeOffset now)
    {
        var remembered = Remembered(uses, window, now);
        var over = remembered.Count + count - window.Limit;
        return over <= 0 ? 0 : Seconds(remembered[over - 1], window, now);
    }

    static LimitState StateOf(List<DateTimeOffset> uses, LimitWindow window, DateTimeOffset now)
    {
        var remembered = Remembered(uses, window, now);
        return new LimitState(window.Seconds, window.Limit, window.Limit - remembered.Count, remembered is [var oldest, ..] ? Seconds(oldest, window, now) : 0);
    }

    static List<DateTimeOffset> Remembered(List<DateTimeOffset> uses, LimitWindow window, DateTimeOffset now) =>
        uses.FindAll(use => use.AddSeconds(window.Seconds) > now);

    static int Seconds(DateTimeOffset use, LimitWindow window, DateTimeOffset now) => (int)Math.Ceiling((use.AddSeconds(window.Seconds) - now).TotalSeconds);
}
