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

    public static TimeSpan Failed(int attempts) => Backoff.Delay(attempts, First, Longest);

    public static TimeSpan Unroutable(int attempts) => Backoff.Delay(attempts, First, LongestUnroutable);

    public static TimeSpan Unanswered() => Backoff.Spread(AfterSilence);

    /// <summary>The stored row itself can't be read or addressed: it fails the same way for ever.</summary>
    public static bool IsHopeless(Exception e) =>
        e is ArgumentException or FormatException or JsonException or ConfigurationException;

    public static bool IsUnroutable(Exception e) => e is MessageReturnedException || (e.InnerException is { } inner && IsUnroutable(inner));
}
