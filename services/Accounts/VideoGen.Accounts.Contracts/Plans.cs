using System.Text.Json.Serialization;

namespace VideoGen.Accounts.Contracts;

/// <summary>A plan, as <c>GET /v1/plans</c> lists it.</summary>
/// <param name="MonthlyCredits">Granted at the start of each cycle; what is left at its end expires.</param>
/// <param name="RetentionDays">Uploads and outputs are deleted this many days after they came; absent where they are kept for ever.</param>
public sealed record PlanView(string Slug, string Name, long MonthlyCredits, JobLimits JobLimits, RateLimits RateLimits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetentionDays = null);

/// <param name="Default">The plan of a new account.</param>
public sealed record PlanList(IReadOnlyList<PlanView> Data, string Default);
