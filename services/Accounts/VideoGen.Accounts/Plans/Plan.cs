using VideoGen.Accounts.Contracts;

namespace VideoGen.Accounts.Plans;

/// <summary>What an account may have and use, as <c>catalog/plans.json</c> says it.</summary>
/// <param name="RetentionDays">How long its files are kept; null for ever.</param>
internal sealed record Plan(string Slug, string Name, long MonthlyCredits, JobLimits JobLimits, RateLimits RateLimits, int? RetentionDays = null)
{
    public PlanView ToView() => new(Slug, Name, MonthlyCredits, JobLimits, RateLimits, RetentionDays);
}

/// <summary>The plans that can be had, and the one that a new account gets.</summary>
internal sealed class PlanCatalog(IReadOnlyList<Plan> plans, string initial)
{
    readonly Dictionary<string, Plan> _bySlug = plans.ToDictionary(plan => plan.Slug, StringComparer.Ordinal);

    public IReadOnlyList<Plan> All { get; } = plans;

    public Plan Initial => _bySlug[initial];

    public IReadOnlyList<string> Slugs { get; } = [.. plans.Select(plan => plan.Slug)];

    public Plan? TryFind(string slug) => _bySlug.GetValueOrDefault(slug);

    /// <summary>The plan of an account. One that the catalogue no longer has gives the limits of the initial plan.</summary>
    public Plan Find(string slug) => TryFind(slug) ?? Initial;
}
