using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Commands;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Running;

/// <summary>Follows a job to its end, tells what became of it, and fetches what it made.</summary>
internal sealed class JobResults(CommandRun run)
{
    public async Task<JsonObject> WaitAsync(string id, TimeSpan timeout)
    {
        using var progress = new ProgressLine(run.Terminal, run.IsJson);
        return await new JobWait(run.Api).EndOfAsync(
            id, timeout, job => Show(progress, job), trouble => progress.Show("waiting", null, trouble), run.Stopped);
    }

    /// <param name="folder">Null to fetch nothing.</param>
    public async Task<int> DeliverAsync(JsonObject job, string? folder)
    {
        var isDone = job.TextAt("status") == "completed";
        var paths = isDone && folder is not null ? await FetchAsync(job, folder) : [];
        if (run.IsJson)
        {
            var told = (JsonObject)job.DeepClone();
            if (folder is not null) told["files"] = new JsonArray([.. paths.Select(path => JsonValue.Create(path))]);
            run.Terminal.Json(told);
        }
        if (!isDone) throw EndOf(job);
        if (run.IsJson) return ExitCodes.Done;
        if (job.TextAt("output", "text") is { } text) run.Terminal.Text(text);
        foreach (var path in paths) run.Terminal.Line(path);
        run.Terminal.Note($"Job {job["id"]} is completed: {job.At("credits", "captured")} credits.");
        if (folder is null && AssetsOf(job).Count > 0)
            run.Terminal.Note($"Fetch the files: videogen jobs download {job["id"]} --out <folder>");
        return ExitCodes.Done;
    }

    static IReadOnlyList<JsonObject> AssetsOf(JsonObject job) => job.ObjectsAt("output", "assets");

    static CommandFailure EndOf(JsonObject job)
    {
        var error = job["error"] as JsonObject;
        var why = $"{error.At("message") ?? "it was stopped"} ({error.At("code") ?? "cancelled"})";
        var returned = error.FlagAt("credits_returned") == true ? " Its credits were given back." : "";
        return new CommandFailure(ExitCodes.JobFailed,
            $"{SafeText.Line($"Job {job["id"]} is {job["status"]}: {why}")}{returned}",
            error.FlagAt("retryable") == true ? "The same command makes another try." : null);
    }

    static void Show(ProgressLine progress, JsonObject job)
    {
        var place = job["queue_position"] is { } position ? $"place {position} in the queue" : $"{job.At("progress", "message")}";
        var step = job.TextAt("status") == "running" ? job.At("progress", "step") : job["status"];
        progress.Show($"{step}", (int?)job.NumberAt("progress", "percent"), place);
    }

    async Task<IReadOnlyList<string>> FetchAsync(JsonObject job, string folder)
    {
        var paths = new List<string>();
        using var download = new Download();
        using var progress = new ProgressLine(run.Terminal, run.IsJson);
        var assets = AssetsOf(job);
        for (var index = 0; index < assets.Count; index++)
        {
            var name = ResultName.Of($"{job["model"]}", $"{job["id"]}", index, assets.Count, $"{assets[index]["media_type"]}");
            paths.Add(await FetchOneAsync(download, job, index, folder, name, progress));
        }
        return paths;
    }

    async Task<string> FetchOneAsync(Download download, JsonObject job, int index, string folder, string name, ProgressLine progress)
    {
        void OnProgress(long there, long size) => progress.Show("downloading", size == 0 ? null : (int)(there * 100 / size), name);
        try
        {
            return await download.FetchAsync(AssetsOf(job)[index], folder, name, OnProgress, run.Stopped);
        }
        catch (ApiFailure refused) when (refused.Code == "link_expired")
        {
            var anew = await run.Api.GetAsync($"/v1/jobs/{Uri.EscapeDataString($"{job["id"]}")}", run.Stopped);
            var assets = AssetsOf(anew);
            if (index >= assets.Count) throw Answers.Unexpected("a file of the job is missing");
            return await download.FetchAsync(assets[index], folder, name, OnProgress, run.Stopped);
        }
    }
}
