using System.Collections.Concurrent;
using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Tests.Operator;

/// <summary>
/// What the services answer operators: one of everything, with a text that tries to be a script wherever one may come from outside.
/// </summary>
static class OperatorScript
{
    const string Hostile = "<script>window.hacked=1</script>\"'><img src=x onerror=alert(1)>";

    public static readonly Guid Letter = Guid.Parse("0194d3a0-0000-7000-8000-000000000001");
    public static readonly Guid Account = Guid.Parse("0194d3a0-0000-7000-8000-000000000002");
    public static readonly DateTimeOffset Then = new(2026, 11, 20, 10, 30, 0, TimeSpan.Zero);

    public static void Fill(ConcurrentDictionary<string, object> answers)
    {
        answers.Clear();
        var letter = new
        {
            service = "jobs", id = Letter, source = "error", endpoint = "job", message_type = "VideoGen.Jobs.Commands.UseSlot",
            message_id = Letter,
            job_id = (Guid?)null, account_id = (Guid?)Account, reason = Hostile, attempts = 4, failed_at = Then, size_bytes = 512,
        };
        answers["GET /admin/v1/dead-letters"] =
            new { data = new[] { letter }, next_cursor = (string?)null, has_more = false, missing = new[] { "storage" } };
        answers[$"GET /admin/v1/dead-letters/jobs/{Letter}"] = new
        {
            letter, detail = "at " + Hostile, destination = "queue:job", content_type = "application/json", headers = new { a = Hostile },
            body_encoding = "json", body = new { prompt = Hostile },
        };
        FillJobs(answers);
        FillVendors(answers);
        FillAccounts(answers);
    }

    static void FillJobs(ConcurrentDictionary<string, object> answers)
    {
        var job = new OperatorJobView(
            TestJobs.New(JobStatus.Running, prompt: Hostile, id: Letter).Job, Account, null, null, "Running", null, null, Then,
            Then.AddHours(1), null, null, JsonSerializer.SerializeToElement(new { late = Hostile }));
        answers["GET /admin/v1/jobs"] = new Page<OperatorJobView>([job], null, false);
        answers[$"GET /admin/v1/jobs/{Letter}"] = job;
        answers["GET /admin/v1/throughput"] = new ThroughputView(
            Then, [new("queued", 3), new("running", 2)], Then.AddMinutes(-4),
            [.. Enumerable.Range(0, 60).Select(n => new MinuteFigures(Then.AddMinutes(n - 59), n, n, 1, 0))],
            [new ModelLatency("veo3.1", 12, 0.5, 2, 61.25, 120)]);
        answers["GET /admin/v1/checks"] = new ChecksView(false,
            [new CheckView("overdue_jobs", "Jobs that live on.", 1, [Letter]), new CheckView("slot_counts", "Counts.", 1, [Account])]);
    }

    static void FillVendors(ConcurrentDictionary<string, object> answers)
    {
        var attempt = new
        {
            number = 1, connector = "kling", vendor_model = "k2", state = "refused", error_code = "provider_error", error_detail = Hostile,
            created_at = Then,
        };
        answers["GET /admin/v1/attempts"] = new { data = new[] { attempt } };
        var alarm = new { id = Letter, kind = "work_lost", subject = "a", job_id = Letter, message = Hostile, raised_at = Then };
        answers["GET /admin/v1/alarms"] = new { data = new[] { alarm }, has_more = false };
        answers["GET /admin/v1/connectors"] =
            new { data = new[] { Connector("kling", configured: true), Connector("runway", configured: false) } };
        var figures = new MarginSum(5, 250, 6, 1.5m, 2, null);
        answers["GET /admin/v1/margins"] = new MarginsView(
            new(2026, 11, 1), new(2026, 11, 30), null, [new MarginView(null, "kling", null, figures)], figures);
        var ended = Model("old-model", new { deprecated = "2026-01-01", retires = "2026-02-01", successor = "veo3.1" });
        answers["GET /v1/models"] = new { data = new[] { ended, Model("veo3.1", null) }, has_more = false };
    }

    static void FillAccounts(ConcurrentDictionary<string, object> answers)
    {
        var view = new AccountView(
            Account, "shop@example.com", Hostile, "free", new CreditsView(1200, 50, 1000), Then, Then.AddDays(30), new(3, 20, 0),
            new(60, 600), Then);
        answers["GET /admin/v1/accounts"] = new Page<AccountView>([view], null, false);
        answers[$"GET /admin/v1/accounts/{Account}"] = new AccountDetails(view, false, new(3000, 1700, 50), 2);
        answers[$"GET /admin/v1/accounts/{Account}/ledger"] =
            new Page<LedgerEntry>([new(Letter, 1, "grant", 10, 10, 10, 0, null, Hostile, Then)], null, false);
        answers["GET /admin/v1/plans"] = new PlanList(
            [new("free", "Free", 1000, new(3, 20, 0), new(60, 600)), new("pro", "Pro", 9000, new(9, 90, 5), new(60, 600))], "free");
    }

    static object Connector(string name, bool configured)
    {
        var keys = new[]
        {
            new { name = "second", fingerprint = "0a1b", state = "cooling", jobs = 2, cools_until = Then, reason = "quota", failures = 3 },
        };
        return new { name, kind = "vendor", is_configured = configured, concurrent_jobs = 5, keys = configured ? keys : [] };
    }

    static object Model(string slug, object? retirement) => new
    {
        slug, name = "Name of " + slug, kind = "video", vendor = "google", price = new { version = 1, credits = 10, unit = "second" },
        active = true, health = new { status = "degraded", attempts = 4, success_rate = 0.75, median_seconds = 60.5 }, retirement,
    };
}
