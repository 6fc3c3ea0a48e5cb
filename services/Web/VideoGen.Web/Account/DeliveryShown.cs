namespace VideoGen.Web.Account;

/// <summary>A delivery of <c>GET /v1/webhooks/deliveries</c>, with what only the read of one adds.</summary>
/// <param name="Status"><c>pending</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="Body">The exact text that is sent; null in a list.</param>
public sealed record DeliveryShown(
    Guid Id, string WebhookId, Guid? EndpointId, string? Url, string EventType, Guid? JobId, string Status, int AttemptCount,
        DateTimeOffset? NextAttemptAt,
    int? LastStatus, string? LastError, DateTimeOffset CreatedAt, string? Body = null,
        IReadOnlyList<DeliveryAttemptShown>? Attempts = null);

/// <param name="Status">The HTTP status; null when none came.</param>
/// <param name="Reply">The start of the reply's body.</param>
public sealed record DeliveryAttemptShown(int Number, string Url, DateTimeOffset StartedAt, int? Status, int? DurationMs, string? Reply,
    string? Error);
