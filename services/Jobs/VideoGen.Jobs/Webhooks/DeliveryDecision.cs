using VideoGen.Egress;

namespace VideoGen.Jobs.Webhooks;

/// <summary>What follows from an attempt.</summary>
/// <param name="Status">The delivery's new status.</param>
/// <param name="Wait">Until the next attempt; null when there is none.</param>
/// <param name="IsGone">The receiver said that it is gone for good.</param>
internal sealed record DeliveryDecision(string Status, TimeSpan? Wait, bool IsGone)
{
    const int Gone = 410;
    const int LongestRetryAfter = 4;

    /// <param name="attempts">Attempts of this round, the present one included.</param>
    /// <param name="chance">0 to 1, the place within the jitter.</param>
    public static DeliveryDecision After(EgressReply reply, int attempts, WebhookOptions options, double chance)
    {
        if (reply.Failure is null) return new DeliveryDecision(DeliveryStatus.Delivered, Wait: null, IsGone: false);
        if (reply.Status == Gone) return new DeliveryDecision(DeliveryStatus.Failed, Wait: null, IsGone: true);
        if (attempts >= options.Waits.Count) return new DeliveryDecision(DeliveryStatus.Failed, Wait: null, IsGone: false);

        var wait = options.Waits[attempts] * (1 + options.Jitter * (2 * chance - 1));
        // The receiver may ask for more time, never for less, and not for so much that the schedule loses its meaning.
        if (reply.RetryAfter is { } asked) wait = TimeSpan.FromTicks(Math.Clamp(asked.Ticks, wait.Ticks, wait.Ticks * LongestRetryAfter));
        return new DeliveryDecision(DeliveryStatus.Pending, wait, IsGone: false);
    }
}

/// <summary>The states of a delivery.</summary>
internal static class DeliveryStatus
{
    /// <summary>An attempt is due, planned or running.</summary>
    public const string Pending = "pending";

    /// <summary>The receiver answered 2xx.</summary>
    public const string Delivered = "delivered";

    /// <summary>Every attempt failed, or the endpoint is gone or disabled; may be replayed.</summary>
    public const string Failed = "failed";

    public static IReadOnlyList<string> All { get; } = [Pending, Delivered, Failed];
}
