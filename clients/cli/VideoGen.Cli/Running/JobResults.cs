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
        var isDone = (string?)job["status"] == "completed";
        var paths = isDone && folder is not null ? await FetchAsync(job, folder) : [];
        if (run.IsJson)
        {
            var told = (JsonObject)job.DeepClone();
            if (folder is not null) told["files"] = new JsonArray([.. paths.Select(path => JsonValue.Create(path))]);
            run.Terminal.Json(told);
        }
        if (!isDone) throw EndOf(job);
        if (run.IsJson) return ExitCodes.Done;
        if ((string?)job["output"]?["text"] is { } text) run.Terminal.Line(text);
        foreach (var path in paths) run.Terminal.Line(path);
        run.Terminal.Note($"Job {job["id"]} is completed: {job["credits"]?["captured"]} credits.");
        if (folder is null && AssetsOf(job).Count > 0)
            run.Terminal.Note($"Fetch the files: videogen jobs download {job["id"]} --out <folder>");
        return ExitCodes.Done;
    }

    static IReadOnlyList<JsonObject> AssetsOf(JsonObject job) => [.. (job["output"]?["assets"] as JsonArray ?? []).OfType<JsonObject>()];

    static CommandFailure EndOf(JsonObject job)
    {
        var error = job["error"] as JsonObject;
        var why = $"{error?["message"] ?? "it was stopped"} ({error?["code"] ?? "cancelled"})";
        var returned = (bool?)error?["credits_returned"] == true ? " Its credits were given back." : "";
        return new CommandFailure(ExitCodes.JobFailed,
            $"Job {job["id"]} is {job["status"]}: {SafeText.Line(why)}{returned}",
            (bool?)error?["retryable"] == true ? "The same command makes another try." : null);
    }

    static void Show(ProgressLine progress, JsonObject job)
    {
        var place = job["queue_position"] is { } position ? $"place {position} in the queue" : $"{job["progress"]?["message"]}";
        var step = (string?)job["status"] == "running" ? job["progress"]?["step"] : job["status"];
        progress.Show($"{step}", (int?)job["progress"]?["percent"], place);
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
            var anew = await run.Api.GetAsync($"/v1/jobs/{job["id"]}", run.Stopped);
            return await download.FetchAsync(AssetsOf(anew)[index], folder, name, OnProgress, run.Stopped);
        }
    }
}
