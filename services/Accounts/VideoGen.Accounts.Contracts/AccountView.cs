namespace VideoGen.Accounts.Contracts;

/// <summary>Answer of <c>GET /v1/account</c>.</summary>
/// <param name="CycleEndsAt">When unused monthly credits expire and the next ones are granted.</param>
public sealed record AccountView(
    Guid Id, string Email, string Name, string Plan, CreditsView Credits, DateTimeOffset CycleStartedAt, DateTimeOffset CycleEndsAt,
    JobLimits JobLimits, RateLimits RateLimits, DateTimeOffset CreatedAt);

/// <summary>Integer credits. <c>available = granted − captured − expired − held</c>, never below zero.</summary>
public sealed record CreditsView(long Available, long Held, long MonthlyGrant);
