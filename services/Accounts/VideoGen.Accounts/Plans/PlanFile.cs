using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using VideoGen.Accounts.Contracts;

namespace VideoGen.Accounts.Plans;

/// <summary>Reads <c>plans.json</c>. A file with faults is refused at start, with all of them in one message.</summary>
internal static partial class PlanFile
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <exception cref="InvalidOperationException">The file is missing, isn't JSON or breaks a rule.</exception>
    public static PlanCatalog Load(string path)
    {
        if (!File.Exists(path)) throw new InvalidOperationException($"There is no file {path}: set Catalog__Folder to the folder that holds plans.json.");
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new InvalidOperationException($"{path} can't be used: {fault.Message}", fault);
        }
    }

    public static PlanCatalog Parse(string text)
    {
        var file = JsonSerializer.Deserialize<FileShape>(text, Json) ?? throw new InvalidOperationException("it is empty.");
        var errors = Errors(file).ToList();
        if (errors.Count > 0) throw new InvalidOperationException(string.Join(' ', errors));
        return new PlanCatalog([.. file.Plans!.Select(ToPlan)], file.Default!);
    }

    static IEnumerable<string> Errors(FileShape file)
    {
        var plans = file.Plans ?? [];
        if (plans.Count == 0) yield return "plans: must list at least one plan.";
        if (!plans.Any(plan => plan?.Slug == file.Default)) yield return $"default: '{file.Default}' is not the slug of a plan.";
        foreach (var twice in plans.GroupBy(plan => plan?.Slug).Where(group => group.Count() > 1)) yield return $"plans: '{twice.Key}' is listed twice.";
        foreach (var (plan, index) in plans.Select((plan, index) => (plan, index)))
            foreach (var error in plan is null ? ["must not be null."] : Errors(plan))
                yield return $"plans[{index}].{error}";
    }

    static IEnumerable<string> Errors(PlanShape plan)
    {
        if (plan.Slug is null || !Slug().IsMatch(plan.Slug)) yield return "slug: must be 1 to 40 lower-case letters, digits and dashes.";
        if (string.IsNullOrWhiteSpace(plan.Name) || plan.Name.Length > 100) yield return "name: must have 1 to 100 characters.";
        if (plan.MonthlyCredits is not (>= 0 and <= 1_000_000_000)) yield return "monthly_credits: must be 0 to 1000000000.";
        if (plan.RunningJobs is not (>= 1 and <= 100_000)) yield return "running_jobs: must be 1 to 100000.";
        if (plan.WaitingJobs is not (>= 0 and <= 1_000_000)) yield return "waiting_jobs: must be 0 to 1000000.";
        if (plan.MaxPriority is not (>= 0 and <= 9)) yield return "max_priority: must be 0 to 9.";
        if (plan.SubmitsPerMinute is not (>= 1 and <= 10_000_000)) yield return "submits_per_minute: must be 1 to 10000000.";
        if (plan.RequestsPerMinute is not (>= 1 and <= 10_000_000)) yield return "requests_per_minute: must be 1 to 10000000.";
        if (plan.RetentionDays is not (null or (>= 1 and <= 36_500))) yield return "retention_days: must be 1 to 36500, or absent to keep files for ever.";
    }

    static Plan ToPlan(PlanShape? plan) => new(plan!.Slug!, plan.Name!, plan.MonthlyCredits!.Value,
        new JobLimits(plan.RunningJobs!.Value, plan.WaitingJobs!.Value, plan.MaxPriority!.Value),
        new RateLimits(plan.SubmitsPerMinute!.Value, plan.RequestsPerMinute!.Value), plan.RetentionDays);

    [GeneratedRegex(@"^[a-z0-9-]{1,40}\z")]
    private static partial Regex Slug();

    sealed record FileShape(string? Default, IReadOnlyList<PlanShape?>? Plans);

    sealed record PlanShape(
        string? Slug, string? Name, long? MonthlyCredits, int? RunningJobs, int? WaitingJobs, int? MaxPriority, int? SubmitsPerMinute, int? RequestsPerMinute,
        int? RetentionDays);
}
