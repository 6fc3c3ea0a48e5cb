using VideoGen.Accounts.Plans;

namespace VideoGen.Accounts.Tests.Plans;

public sealed class The_plans_file
{
    [Test]
    public void Holds_the_four_plans_and_starts_new_accounts_on_free()
    {
        var plans = PlanFile.Load(Path.Combine(AccountsApplication.CatalogFolder, "plans.json"));
        Assert.That(plans.Slugs, Is.EqualTo(new[] { "free", "creator", "pro", "enterprise" }));
        Assert.That(plans.Initial.Slug, Is.EqualTo("free"));
        Assert.That(plans.Initial.MonthlyCredits, Is.GreaterThanOrEqualTo(500));
    }

    [Test]
    public void With_faults_is_refused_with_all_of_them()
    {
        const string File = """
            { "default": "gold", "plans": [
              { "slug": "A B", "name": "", "monthly_credits": -1, "running_jobs": 0, "waiting_jobs": -1, "max_priority": 10, "submits_per_minute": 0, "requests_per_minute": 0, "retention_days": 0 },
              { "slug": "x", "name": "X" }, { "slug": "x", "name": "X" }, null ] }
            """;
        var message = Assert.Throws<InvalidOperationException>(() => PlanFile.Parse(File))!.Message;
        foreach (var fault in new[]
        {
            "default: 'gold'", "'x' is listed twice", "plans[0].slug", "plans[0].name", "plans[0].monthly_credits", "plans[0].running_jobs", "plans[0].waiting_jobs",
            "plans[0].max_priority", "plans[0].submits_per_minute", "plans[0].requests_per_minute", "plans[0].retention_days", "plans[1].monthly_credits", "plans[3].must not be null",
        })
            Assert.That(message, Does.Contain(fault));
    }

    [Test]
    public void May_say_how_long_files_are_kept()
    {
        const string Rest = """ "monthly_credits": 0, "running_jobs": 1, "waiting_jobs": 0, "max_priority": 0, "submits_per_minute": 1, "requests_per_minute": 1 """;
        var plans = PlanFile.Parse($$"""
            { "default": "a", "plans": [
              { "slug": "a", "name": "A", "retention_days": 30, {{Rest}} }, { "slug": "b", "name": "B", "retention_days": null, {{Rest}} }, { "slug": "c", "name": "C", {{Rest}} } ] }
            """);
        Assert.That(plans.All.Select(plan => plan.ToView().RetentionDays), Is.EqualTo(new int?[] { 30, null, null }));
    }

    [Test]
    public void With_an_unknown_member_or_no_JSON_or_missing_is_refused_by_its_path()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """{ "plans": [], "defualt": "free" }""");
            Assert.That(() => PlanFile.Load(path), Throws.InvalidOperationException.With.Message.Contains(path).And.Message.Contains("defualt"));
            File.WriteAllText(path, "{");
            Assert.That(() => PlanFile.Load(path), Throws.InvalidOperationException.With.Message.Contains(path));
        }
        finally
        {
            File.Delete(path);
        }
        Assert.That(() => PlanFile.Load(path), Throws.InvalidOperationException.With.Message.Contains("Catalog__Folder"));
    }
}
