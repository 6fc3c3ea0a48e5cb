using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Account;

/// <summary>What an account's jobs of the last days were.</summary>
/// <param name="Days">Oldest first, none left out.</param>
/// <param name="Models">The most expensive first.</param>
public sealed record UsageFigures(IReadOnlyList<UsageDay> Days, IReadOnlyList<UsageModel> Models, long Credits, int Jobs)
{
    public static UsageFigures Of(IReadOnlyList<JobView> jobs, DateTimeOffset now, int days)
    {
        var byDay = jobs.ToLookup(job => DateOnly.FromDateTime(job.CreatedAt.UtcDateTime));
        var first = DateOnly.FromDateTime(now.UtcDateTime).AddDays(1 - days);
        return new UsageFigures(
            [.. Enumerable.Range(0, days).Select(first.AddDays)
                .Select(day => new UsageDay(day, byDay[day].Count(), byDay[day].Sum(job => job.Credits.Captured)))],
            [.. jobs.GroupBy(job => job.Model, StringComparer.Ordinal).Select(group => new UsageModel(
                    group.Key, group.Count(), group.Count(job => job.Status == JobStatus.Failed), group.Sum(job => job.Credits.Captured)))
                .OrderByDescending(model => model.Credits).ThenByDescending(model => model.Jobs)],
            jobs.Sum(job => job.Credits.Captured), jobs.Count);
    }
}

public sealed record UsageDay(DateOnly Day, int Jobs, long Credits);

public sealed record UsageModel(string Model, int Jobs, int Failed, long Credits);
