using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Kept;
using VideoGen.Cli.Running;

namespace VideoGen.Cli.Commands;

/// <summary>Makes a job; with <c>--wait</c> follows it to its end, with <c>--out</c> fetches its files. Never buys twice: <see
/// cref="JobOrder"/>.</summary>
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
        Description = "Another order, though the same command was left unfinished; what that one bought is told first.",
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
        // What is wrong is told before anything is bought.
        Shell.Seconds(run.Get(_timeout));
        Shell.Folder(run.Get(_out));
        var ownKey = OwnKey(run);
        var text = _wish.ReadInput(run);
        var extras = Extras(run);
        var wish = $"{await _wish.FingerprintAsync(run, text)}{extras.ToJsonString()}{ownKey}";
        var name = RunRecord.NameOf(run.Profile, await OwnerAsync(run), wish);
        using var order = new JobOrder(run, run.Profiles.RunsFolder, name, run.Get(_new));
        try
        {
            return await FulfilAsync(run, order, await order.PlaceAsync(() => BodyAsync(run, text, extras), ownKey));
        }
        catch (ApiFailure gone) when (gone.Code == "not_found" && order.JobId is not null)
        {
            order.Finish(); // The job is deleted, so there is nothing to go on with.
            throw;
        }
        catch (OperationCanceledException cancelled) when (run.Stopped.IsCancellationRequested)
        {
            throw new CommandFailure(ExitCodes.Interrupted, "Interrupted.", order switch
            {
                { JobId: { } id } =>
                    $"Job {id} goes on. Fetch it: videogen jobs wait {id} --out <folder>; stop it: videogen jobs cancel {id}. "
                    + "The same command goes on with it, too.",
                { IsWritten: true } =>
                    "Whether the job was made is not known yet. Repeat the same command: it goes on with it and does not buy twice.",
                _ => "Nothing was bought.",
            }, cancelled);
        }
    }

    async Task<int> FulfilAsync(CommandRun run, JobOrder order, string id)
    {
        if (!run.Get(_wait) && run.Get(_out) is null)
        {
            // Finished when its owner has been told of it: before that the same command must find it again.
            if (run.IsJson) run.Terminal.Json(await run.Api.GetAsync($"/v1/jobs/{Uri.EscapeDataString(id)}", run.Stopped));
            else run.Terminal.Line(id);
            order.Finish();
            return ExitCodes.Done;
        }
        var results = new JobResults(run);
        var ended = await results.WaitAsync(id, Shell.Seconds(run.Get(_timeout)));
        if (ended.TextAt("status") != "completed") order.Finish();
        var code = await results.DeliverAsync(ended, run.Get(_out));
        order.Finish();
        return code;
    }

    async Task<JsonObject> BodyAsync(CommandRun run, string text, JsonObject extras)
    {
        var body = new JsonObject { ["model"] = run.Get(_wish.Model), ["input"] = await _wish.InputAsync(run, text) };
        foreach (var (name, value) in extras) body[name] = value?.DeepClone();
        return body;
    }

    /// <summary>Whose order it is: the account, so that another key of it finds what was left. A key that may not read it is known by
    /// itself.</summary>
    static async Task<string> OwnerAsync(CommandRun run)
    {
        if (run.Profile.AccountId is { } known) return known;
        try
        {
            return (await run.Api.GetAsync("/v1/account", run.Stopped)).TextAt("id") ?? run.Profile.ApiKey;
        }
        catch (ApiFailure refused) when (refused.Status == HttpStatusCode.Forbidden)
        {
            return run.Profile.ApiKey;
        }
    }

    string? OwnKey(CommandRun run)
    {
        if (run.Get(_key) is not { } key) return null;
        if (run.Get(_new))
            throw new CommandFailure(ExitCodes.Usage, "--new and --idempotency-key exclude each other: one key is one order.",
                "For another order give another key.");
        return key.Length is > 0 and <= 255 && Answers.IsVisibleAscii(key)
            ? key
            : throw new CommandFailure(ExitCodes.Usage, "--idempotency-key must be 1 to 255 visible ASCII characters.");
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
            extras["simulate"] = Answers.Parse(script);
            return extras;
        }
        catch (JsonException broken)
        {
            throw new CommandFailure(
                ExitCodes.Usage, $"--simulate is not JSON: {broken.Message}", "For example: --simulate '{\"instant\":true}'", broken);
        }
    }
}
