using System.CommandLine;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Running;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Commands;

/// <summary>
/// Brings the account's events to a receiver on this machine, signed as deliveries are: nothing has to be reachable from outside, and
/// no endpoint is registered.
/// </summary>
internal static class WebhookCommands
{
    static readonly Option<string> Forward = new("--forward")
    {
        Description = "Where to, http://127.0.0.1:3000/hook for example.", Required = true, HelpName = "url",
    };

    static readonly Option<string[]> Types = new("--type")
    {
        Description = "Only these; the ends of jobs when absent, * for all; may come several times.", HelpName = "type",
    };

    static readonly Option<string?> Secret = new("--secret")
    {
        Description = "Sign with this whsec_…; your own that is kept when absent.", HelpName = "whsec_…",
    };

    static readonly Option<string?> After = new("--after") { Description = "Begin behind this cursor.", HelpName = "cursor" };

    public static Command Build(Shell shell) => Shell.Group("webhooks", "Webhooks while you develop.",
        shell.Command("listen", "Forward the account's events to a local port, signed.", ListenAsync, Forward, Types, Secret, After));

    static async Task<int> ListenAsync(CommandRun run)
    {
        var target = TargetOf(run.Get(Forward)!);
        var types = run.Get(Types) is { Length: > 0 } given ? given : ["job.completed", "job.failed", "job.cancelled"];
        var secret = SecretOf(run);
        using var forwarder = new WebhookForwarder(target, secret);
        if (run.IsJson) run.Terminal.Json(new JsonObject { ["secret"] = secret, ["forward"] = $"{target}" }, onOneLine: true);
        else run.Terminal.Line($"Signing secret: {secret}");
        run.Terminal.Note($"Forwarding to {target}; Ctrl-C ends it.");
        var after = Shell.Cursor(run.Get(After));
        try
        {
            await foreach (var one in TailCommand.Events(run, after))
            {
                if (types.Contains("*", StringComparer.Ordinal) || types.Contains(one.Type, StringComparer.Ordinal))
                {
                    var id = await one.IdAsync(run.Api, run.Stopped);
                    Tell(run, one, id, await forwarder.SendAsync(one, id, run.Stopped));
                }
                after = one.Cursor;
            }
        }
        catch (OperationCanceledException) when (run.Stopped.IsCancellationRequested)
        {
            if (after is not null) run.Terminal.Note($"Go on from here with --after {SafeText.Line(after)}");
        }
        return ExitCodes.Done;
    }

    static void Tell(CommandRun run, LiveEvent one, string id, ForwardResult result)
    {
        if (run.IsJson)
        {
            run.Terminal.Json(new JsonObject
            {
                ["webhook_id"] = id, ["type"] = one.Type, ["job_id"] = one.Content.At("data", "id")?.DeepClone(), ["cursor"] = one.Cursor,
                ["status"] = result.Status, ["attempts"] = result.Attempts, ["error"] = result.Error,
            }, onOneLine: true);
            return;
        }
        var outcome = result.Status is { } status ? $"{status}" : $"not delivered: {result.Error}";
        run.Terminal.Line(
            SafeText.Line($"{JobCommands.Time(one.Content["timestamp"])}  {one.Type,-14}  {one.Content.At("data", "id")}  → {outcome}"));
    }

    static Uri TargetOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new CommandFailure(
                ExitCodes.Usage, $"--forward must be an http(s) address, not {text}.",
                "For example: --forward http://127.0.0.1:3000/hook");

    /// <summary>The same each time, so that the receiver is set up once.</summary>
    static string SecretOf(CommandRun run)
    {
        if ((run.Get(Secret) ?? run.Profile.ListenSecret) is { } known) return WebhookForwarder.Checked(known);
        var secret = WebhookForwarder.NewSecret();
        if (run.Profiles.Stored is { } stored) run.Profiles.Store(stored with { ListenSecret = secret });
        return secret;
    }
}
