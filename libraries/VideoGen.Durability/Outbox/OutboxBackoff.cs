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

    const int MostReplays = 10;

    // No confirm in time says something about the broker, nothing about the row: it does not grow.
    static readonly TimeSpan AfterSilence = TimeSpan.FromSeconds(1);

    public static TimeSpan Failed(int attempts) => Backoff.Delay(attempts, First, Longest);

    public static TimeSpan Unroutable(int attempts) => Backoff.Delay(attempts, First, LongestUnroutable);

    public static TimeSpan Unanswered() => Backoff.Spread(AfterSilence);

    /// <summary>The stored row itself can't be read or addressed: it fails the same way for ever.</summary>
    public static bool IsHopeless(Exception e) =>
        e is ArgumentException or FormatException or JsonException or ConfigurationException;

    /// <summary>
    /// No queue has taken a replay for about half a minute: its endpoint is gone, and nobody would see it wait. No command is given up.
    /// </summary>
    /// <param name="attempts">How often it was tried before this time.</param>
    public static bool IsGivenUp(OutboxMessage message, int attempts) => message.IsReplay && attempts + 1 >= MostReplays;

    public static bool IsUnroutable(Exception e) => e is MessageReturnedException || (e.InnerException is { } inner && IsUnroutable(inner));
}
