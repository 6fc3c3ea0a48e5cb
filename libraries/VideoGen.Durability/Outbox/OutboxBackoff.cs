using System.Text.Json;
using MassTransit;

namespace VideoGen.Durability;

/// <summary>When a row that was not sent is tried again.</summary>
internal static class OutboxBackoff
{
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // A consumer's queue appears when its service starts: a command should not wait long after that.
    static readonly TimeSpan LongestUnroutable = TimeSpan.FromSeconds(5);

    // No confirm in time says something about the broker, nothing about the row: it does not grow.
    static readonly TimeSpan AfterSilence = TimeSpan.FromSeconds(1);

    public static TimeSpan Failed(int attempts) => Doubling(attempts, Longest);

    public static TimeSpan Unroutable(int attempts) => Doubling(attempts, LongestUnroutable);

    public static TimeSpan Unanswered() => Spread(AfterSilence);

    static TimeSpan Doubling(int attempts, TimeSpan limit)
    {
        var delay = First * Math.Pow(2, Math.Min(attempts, 10));
        return Spread(delay < limit ? delay : limit);
    }

    // ± 20 %, so that rows that failed together don't return together.
    static TimeSpan Spread(TimeSpan delay) => delay * (0.8 + 0.4 * Random.Shared.NextDouble());

    /// <summary>The stored row itself can't be read or addressed: it fails the same way for ever.</summary>
    public static bool IsHopeless(Exception e) =>
        e is ArgumentException or FormatException or JsonException or ConfigurationException;

    // By name: the exception belongs to the transport's package, and this library knows only the bus.
    public static bool IsUnroutable(Exception e) =>
        e.GetType().Name == "MessageReturnedException" || (e.InnerException is { } inner && IsUnroutable(inner));
}
