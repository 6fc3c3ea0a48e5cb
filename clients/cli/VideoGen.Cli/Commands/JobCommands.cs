using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Running;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Commands;

internal static class JobCommands
{
    static readonly Argument<string> Id = new("job") { Description = "Its id." };

    static readonly Option<string[]> Status = new("--status")
    {
        Description = "queued, starting, running, storing, cancelling, completed, failed or cancelled; may come several times.",
    };

    static readonly Option<string?> Model = new("--model") { Description = "Only this model's." };

    static readonly Option<string[]> Metadata = new("--metadata") { Description = "Only those that have it.", HelpName = "key=value" };

    static readonly Option<int> Limit = new("--limit") { Description = "How many, newest first.", DefaultValueFactory = _ => 20 };

    static readonly Option<string?> Out = new("--out") { Description = "Put the files into this folder.", HelpName = "folder" };

    static readonly Option<double> Seconds = new("--timeout")
    {
        Description = "Wait no longer than so many seconds.", DefaultValueFactory = _ => 1800,
    };

    public static Command Build(Shell shell) => Shell.Group("jobs", "What was made and is being made.",
        shell.Command("list", "The newest jobs.", ListAsync, Status, Model, Metadata, Limit),
        shell.Command("show", "One job.", ShowAsync, Id),
        shell.Command("wait", "Wait for a job's end; with --out fetch its files.", WaitAsync, Id, Out, Seconds),
        shell.Command("download", "Fetch a completed job's files.", DownloadAsync, Id, Out),
        shell.Command("cancel", "Stop a job; its credits come back.", CancelAsync, Id));

    static string PathOf(CommandRun run) => $"/v1/jobs/{Shell.PathPart("job", run.Get(Id)!)}";

    static async Task<int> ListAsync(CommandRun run)
    {
        var limit = Shell.Count("--limit", run.Get(Limit), 1);
        var query = $"?limit={Math.Min(limit, 200)}";
        if (run.Get(Status) is { Length: > 0 } statuses) query += $"&status={Uri.EscapeDataString(string.Join(',', statuses))}";
        if (run.Get(Model) is { } model) query += $"&model={Uri.EscapeDataString(model)}";
        foreach (var one in run.Get(Metadata) ?? [])
        {
            var parts = one.Split('=', 2);
            if (parts.Length != 2) throw new CommandFailure(ExitCodes.Usage, $"--metadata {one} must be of the form key=value.");
            query += $"&{Uri.EscapeDataString($"metadata[{parts[0]}]")}={Uri.EscapeDataString(parts[1])}";
        }
        var jobs = new JsonArray();
        await foreach (var job in run.Api.ListAsync("/v1/jobs" + query, run.Stopped))
        {
            jobs.Add(job.DeepClone());
            if (jobs.Count == limit) break;
        }
        if (run.IsJson)
        {
            run.Terminal.Json(new JsonObject { ["data"] = jobs });
            return ExitCodes.Done;
        }
        var table = new Table("JOB", "STATUS", "DONE", "MODEL", "CREDITS", "CREATED", "PROMPT");
        foreach (var job in jobs.OfType<JsonObject>())
        {
            var kind = job.TextAt("status") == "completed" ? "captured" : "held";
            var credits = job.FlagAt("test") == true ? "test" : $"{job.At("credits", kind)}";
            table.Row($"{job["id"]}", $"{job["status"]}", $"{job.At("progress", "percent")} %", $"{job["model"]}", credits,
                Time(job["created_at"]), $"{job.At("input", "prompt")}");
        }
        table.Print(run.Terminal);
        return ExitCodes.Done;
    }

    static async Task<int> ShowAsync(CommandRun run)
    {
        var job = await run.Api.GetAsync(PathOf(run), run.Stopped);
        if (run.IsJson) run.Terminal.Json(job);
        else Show(run.Terminal, job);
        return ExitCodes.Done;
    }

    static void Show(Terminal terminal, JsonObject job)
    {
        terminal.Line($"{job["id"]}  {job["status"]}, {job.At("progress", "percent")} %{(job.FlagAt("test") == true ? ", test" : "")}");
        terminal.Line($"model    {job["model"]} ({job["kind"]}) by {job["provider"] ?? "nobody yet"}");
        terminal.Line($"credits  {job.At("credits", "held")} held, {job.At("credits", "captured")} taken");
        terminal.Line($"times    created {Time(job["created_at"])}, started {Time(job["started_at"])}, ended {Time(job["ended_at"])}");
        if (job["metadata"] is JsonObject { Count: > 0 } metadata) terminal.Line($"metadata {SafeText.Line(metadata.ToJsonString())}");
        terminal.Line($"input    {JsonText.Write(job["input"], onOneLine: true)}");
        if (job["error"] is JsonObject error) terminal.Line($"error    {SafeText.Line($"{error["code"]}: {error["message"]}")}");
        foreach (var asset in job.ObjectsAt("output", "assets"))
        {
            var facts = $"{asset["media_type"]}, {asset["size_bytes"]} bytes, {asset["width"]}×{asset["height"]}  {asset["url"]}";
            terminal.Line($"file     {SafeText.Line(facts)}");
        }
        if (job.TextAt("output", "text") is { } text) terminal.Text($"text     {text}");
    }

    static async Task<int> WaitAsync(CommandRun run)
    {
        var (results, folder) = (new JobResults(run), Shell.Folder(run.Get(Out)));
        Shell.PathPart("job", run.Get(Id)!);
        return await results.DeliverAsync(await results.WaitAsync(run.Get(Id)!, Shell.Seconds(run.Get(Seconds))), folder);
    }

    static async Task<int> DownloadAsync(CommandRun run)
    {
        var folder = Shell.Folder(run.Get(Out)) ?? ".";
        var job = await run.Api.GetAsync(PathOf(run), run.Stopped);
        if (!JobWait.HasEnded(job))
            throw new CommandFailure(ExitCodes.Usage, $"The job is {job["status"]}.", JobWait.Advice($"{job["id"]}"));
        return await new JobResults(run).DeliverAsync(job, folder);
    }

    static async Task<int> CancelAsync(CommandRun run)
    {
        var job = await run.Api.PostAsync(PathOf(run) + "/cancel", body: null, run.Stopped, isRepeatable: true);
        if (run.IsJson) run.Terminal.Json(job);
        else run.Terminal.Line($"Job {job["id"]} is {job["status"]}.");
        return ExitCodes.Done;
    }

    /// <summary>To the second, in UTC.</summary>
    public static string Time(JsonNode? time) =>
        time.TimeAt() is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "–";
}
