namespace VideoGen.Web.Account;

/// <summary>A webhook endpoint as <c>GET /v1/webhooks/endpoints</c> lists it; with its secret in the answer that made it.</summary>
public sealed record EndpointShown(
    Guid Id, string Url, IReadOnlyList<string> Events, string? Description, bool Enabled, string? DisabledReason,
        DateTimeOffset? FailingSince, DateTimeOffset CreatedAt,
    bool Test, string? Secret = null);

/// <summary>Answer of a rotation.</summary>
public sealed record RotatedShown(string Secret, DateTimeOffset? PreviousExpiresAt);

/// <summary>Answer of a test: what came of it.</summary>
public sealed record TestShown(Guid DeliveryId, bool Delivered, int? Status, int DurationMs, string? Reply, string? Error);
