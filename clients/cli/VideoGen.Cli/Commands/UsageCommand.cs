using System.CommandLine;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Commands;

/// <summary>What is left, and where the credits of this cycle went, day by day.</summary>
internal static class UsageCommand
{
    static readonly Option<int> Entries = new("--ledger") { Description = "Show so many of the newest movements of credits, too." };

    public static Command Build(Shell shell) =>
        shell.Command("usage", "Credits, plan, and what was spent in this cycle.", ShowAsync, Entries);

    static async Task<int> ShowAsync(CommandRun run)
    {
        var entries = Shell.Count("--ledger", run.Get(Entries), 0);
        var account = await run.Api.GetAsync("/v1/account", run.Stopped);
        var begin = account.TimeAt("cycle_started_at") ?? throw Answers.Unexpected("'cycle_started_at' is missing");
        var (days, newest) = (new SortedDictionary<string, (long Credits, int Jobs)>(StringComparer.Ordinal), new JsonArray());
        await foreach (var entry in run.Api.ListAsync("/v1/account/ledger?limit=100", run.Stopped))
        {
            if (newest.Count < entries) newest.Add(entry.DeepClone());
            var time = entry.TimeAt("created_at") ?? throw Answers.Unexpected("'created_at' is missing");
            if (time < begin && newest.Count >= entries) break;
            if (time < begin || entry.TextAt("kind") != "capture") continue;
            var day = time.UtcDateTime.ToString("yyyy-MM-dd");
            var (credits, jobs) = days.GetValueOrDefault(day);
            days[day] = (credits + (entry.NumberAt("credits") ?? 0), jobs + 1);
        }
        if (run.IsJson) run.Terminal.Json(Told(account, days, newest));
        else Show(run.Terminal, account, days, newest);
        return ExitCodes.Done;
    }

    static JsonObject Told(JsonObject account, SortedDictionary<string, (long Credits, int Jobs)> days, JsonArray newest) => new()
    {
        ["account"] = account.DeepClone(),
        ["days"] = new JsonArray(
            [.. days.Select(day => new JsonObject { ["day"] = day.Key, ["credits"] = day.Value.Credits, ["jobs"] = day.Value.Jobs })]),
        ["ledger"] = newest,
    };

    static void Show(Terminal terminal, JsonObject account, SortedDictionary<string, (long Credits, int Jobs)> days, JsonArray newest)
    {
        terminal.Line($"{account["email"]}, plan {account["plan"]}");
        terminal.Line(
            $"{account.At("credits", "available")} credits available, {account.At("credits", "held")} set aside for running jobs");
        terminal.Line($"{account.At("credits", "monthly_grant")} a month; the next ones on {JobCommands.Time(account["cycle_ends_at"])}");
        terminal.Line(
            $"at most {account.At("job_limits", "running_jobs")} jobs at once and {account.At("job_limits", "waiting_jobs")} waiting; "
            + $"{account.At("rate_limits", "submits_per_minute")} submits a minute");
        terminal.Line();
        if (days.Count == 0) terminal.Line("Nothing was spent in this cycle. (Test jobs cost nothing.)");
        var table = new Table("DAY", "JOBS", "CREDITS");
        foreach (var (day, spent) in days) table.Row(day, $"{spent.Jobs}", $"{spent.Credits}");
        if (days.Count > 0) table.Print(terminal);
        if (newest.Count == 0) return;
        terminal.Line();
        var ledger = new Table("TIME", "KIND", "CREDITS", "AVAILABLE", "JOB", "WHY");
        foreach (var entry in newest)
            ledger.Row(
                JobCommands.Time(entry!["created_at"]), $"{entry["kind"]}", $"{entry["credits"]}", $"{entry["available_after"]}",
                $"{entry["job_id"]}", $"{entry["reason"]}");
        ledger.Print(terminal);
    }
}
