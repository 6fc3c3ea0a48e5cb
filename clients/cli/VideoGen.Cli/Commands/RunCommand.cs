using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Cli.Kept;
using VideoGen.Cli.Running;

namespace VideoGen.Cli.Commands;

/// <summary>Makes a job; with <c>--wait</c> follows it to its end, with <c>--out</c> fetches its files. Never buys twice: <see
/// cref="RunRecord"/>.</summary>
internal sealed class RunCommand
{
    readonly JobWish _wish;

    readonly Option<bool> _wait = new("--wait") { Description = "Wait for the job's end." };

    readonly Option<string?> _out = new("--out") { Description = "Wait, and put the files into this folder.", HelpName = "folder" };

    readonly Option<double> _timeout = new("--timeout")
    {
        Description = "Wait no longer than so many seconds; the job goes on.", DefaultValueFactory = _ => 1800,
    };

    readonly Option<string?> _key = new("--idempotency-key")
    {
        Description = "Your own: the same key never buys twice, whatever is typed and wherever.", HelpName = "key",
    };

    readonly Option<bool> _new = new("--new")
    {
        Description = "Forget that the same command was left unfinished; this is another order.",
    };

    readonly Option<string[]> _metadata = new("--metadata")
    {
        Description = "A text to find the job by; may come several times.", HelpName = "key=value",
    };

    readonly Option<int?> _priority = new("--priority") { Description = "0 (normal) up to the plan's highest." };

    readonly Option<string?> _webhook = new("--webhook-url") { Description = "Told of the job's end." };

    readonly Option<string?> _simulate = new("--simulate")
    {
        Description = "What the simulator shall do, as JSON, for example '{\"instant\":true}'.", HelpName = "json",
    };

    RunCommand(Shell shell) => _wish = new JobWish(shell);

    public static Command Build(Shell shell)
    {
        var command = new RunCommand(shell);
        return shell.Command("run", "Make a job.", command.RunAsync,
            [.. command._wish.Symbols, command._wait, command._out, command._timeout, command._key, command._new, command._metadata,
                command._priority,
                command._webhook, command._simulate]);
    }

    async Task<int> RunAsync(CommandRun run)
    {
        Shell.Seconds(run.Get(_timeout)); // A wrong one is told before anything is bought.
        var text = _wish.ReadInput(run);
        var extras = Extras(run);
        var ownKey = run.Get(_key);
        var wish = $"{await _wish.FingerprintAsync(run, text)}{extras.ToJsonString()}{ownKey}";
        using var record = RunRecord.Open(run.Profiles.RunsFolder, RunRecord.NameOf(run.Profile, wish), DateTimeOffset.UtcNow);
        try
        {
            return await FulfilAsync(run, record, text, extras, ownKey);
        }
        catch (OperationCanceledException cancelled) when (run.Stopped.IsCancellationRequested)
        {
            throw new CommandFailure(ExitCodes.Interrupted, "Interrupted.", record switch
            {
                { JobId: { } id } =>
                    $"Job {id} goes on. Fetch it: videogen jobs wait {id} --out <folder>; stop it: videogen jobs cancel {id}. "
                    + "The same command goes on with it, too.",
                { Body: not null } =>
                    "Whether the job was made is not known yet. Repeat the same command: it goes on with it and does not buy twice.",
                _ => "Nothing was bought.",
            }, cancelled);
        }
    }

    async Task<int> FulfilAsync(CommandRun run, RunRecord record, string text, JsonObject extras, string? ownKey)
    {
        var id = run.Get(_new) ? null : record.JobId;
        if (id is not null)
            run.Terminal.Note($"The same command was left unfinished: going on with job {id}. For another job add --new.");
        else
            id = await SubmitAsync(run, record, text, extras, ownKey);

        if (!run.Get(_wait) && run.Get(_out) is null)
        {
            // Finished when its owner has been told of it: before that the same command must find it again.
            if (run.IsJson) run.Terminal.Json(await run.Api.GetAsync($"/v1/jobs/{id}", run.Stopped));
            else run.Terminal.Line(id);
            record.Finish();
            return ExitCodes.Done;
        }
        var results = new JobResults(run);
        var ended = await results.WaitAsync(id, Shell.Seconds(run.Get(_timeout)));
        if ((string?)ended["status"] != "completed") record.Finish();
        var code = await results.DeliverAsync(ended, run.Get(_out));
        record.Finish();
        return code;
    }

    async Task<string> SubmitAsync(CommandRun run, RunRecord record, string text, JsonObject extras, string? ownKey)
    {
        if (record.Body is null || run.Get(_new))
        {
            var body = new JsonObject { ["model"] = run.Get(_wish.Model), ["input"] = await _wish.InputAsync(run, text) };
            foreach (var (name, value) in extras) body[name] = value?.DeepClone();
            record.Begin(ownKey ?? $"cli-{Guid.NewGuid():n}", body, DateTimeOffset.UtcNow);
        }
        else
        {
            run.Terminal.Note("The same command was left without an answer: it is asked again, under the same Idempotency-Key.");
        }
        try
        {
            var job = await run.Api.PostAsync("/v1/jobs", record.Body, run.Stopped, idempotencyKey: record.IdempotencyKey);
            record.Submitted((string)job["id"]!);
            return record.JobId!;
        }
        catch (Api.ApiFailure refused) when (!refused.IsTransient)
        {
            record.Finish(); // It was answered: no job.
            throw;
        }
    }

    JsonObject Extras(CommandRun run)
    {
        var extras = new JsonObject();
        if (run.Get(_metadata) is { Length: > 0 } texts)
        {
            var metadata = new JsonObject();
            foreach (var one in texts) InputValues.Set(metadata, one, fields: null);
            extras["metadata"] = metadata;
        }
        if (run.Get(_priority) is { } priority) extras["priority"] = priority;
        if (run.Get(_webhook) is { } url) extras["webhook_url"] = url;
        if (run.Get(_simulate) is not { } script) return extras;
        try
        {
            extras["simulate"] = JsonNode.Parse(script);
            return extras;
        }
        catch (JsonException broken)
        {
            throw new CommandFailure(
                ExitCodes.Usage, $"--simulate is not JSON: {broken.Message}", "For example: --simulate '{\"instant\":true}'", broken);
        }
    }
}
