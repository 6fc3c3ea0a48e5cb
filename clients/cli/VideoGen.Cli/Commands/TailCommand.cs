using System.CommandLine;
using VideoGen.Cli.Api;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Commands;

/// <summary>Follows the account's events until Ctrl-C. Where it was is told, so that nothing need be missed.</summary>
internal static class TailCommand
{
    static readonly Option<string?> After = new("--after")
    {
        Description = "Begin behind this cursor; start for the oldest event that is kept.", HelpName = "cursor",
    };

    static readonly Option<string[]> Types = new("--type")
    {
        Description = "Only these, job.completed for example; may come several times.", HelpName = "type",
    };

    public static Command Build(Shell shell) => shell.Command("tail", "Follow the events of the account.", TailAsync, After, Types);

    static async Task<int> TailAsync(CommandRun run)
    {
        var after = Shell.Cursor(run.Get(After));
        var types = run.Get(Types) ?? [];
        if (!run.IsJson) run.Terminal.Note("Following; Ctrl-C ends it.");
        try
        {
            await foreach (var one in Events(run, after))
            {
                after = one.Cursor;
                if (types.Length > 0 && !types.Contains(one.Type, StringComparer.Ordinal)) continue;
                if (run.IsJson) run.Terminal.Json(WithCursor(one), onOneLine: true);
                else run.Terminal.Line(LineOf(one));
            }
        }
        catch (OperationCanceledException) when (run.Stopped.IsCancellationRequested)
        {
            if (after is not null) run.Terminal.Note($"Go on from here: videogen tail --after {SafeText.Line(after)}");
        }
        return ExitCodes.Done;
    }

    /// <summary>The events of the account, with outages told of.</summary>
    public static IAsyncEnumerable<LiveEvent> Events(CommandRun run, string? after) => EventStream.FollowAsync(
        run.Api, after, trouble =>
            run.Terminal.Note(trouble is null
                ? "Following again; nothing was missed."
                : $"Lost the server ({SafeText.Line(trouble)}); trying again …"),
        run.Stopped);

    public static string LineOf(LiveEvent one)
    {
        var job = one.Content["data"];
        var more = one.Type switch
        {
            "job.failed" => $"{job.At("error", "code")}: {job.At("error", "message")}",
            "job.completed" => $"{job.At("credits", "captured")} credits",
            _ => $"{job.At("progress", "step")}",
        };
        var time = JobCommands.Time(one.Content["timestamp"]);
        return SafeText.Line($"{time}  {one.Type,-14}  {job.At("id")}  {job.At("progress", "percent"),3} %  {job.At("model")}  {more}");
    }

    static System.Text.Json.Nodes.JsonObject WithCursor(LiveEvent one)
    {
        one.Content["cursor"] = one.Cursor;
        return one.Content;
    }
}
