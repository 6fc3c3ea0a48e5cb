using System.CommandLine;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;

namespace VideoGen.Cli.Commands;

internal static class QuoteCommand
{
    public static Command Build(Shell shell)
    {
        var wish = new JobWish(shell);
        return shell.Command("quote", "What a job would cost at most, and how long it would take.", run =>
            QuoteAsync(run, wish), [.. wish.Symbols]);
    }

    static async Task<int> QuoteAsync(CommandRun run, JobWish wish)
    {
        var input = await wish.InputAsync(run, wish.ReadInput(run));
        var quote = await run.Api.PostAsync(
            "/v1/quotes", new JsonObject { ["model"] = run.Get(wish.Model), ["input"] = input }, run.Stopped, isRepeatable: true);
        var (usual, most) = (quote.At("expected_seconds", "p50"), quote.At("expected_seconds", "p90"));
        if (run.IsJson) run.Terminal.Json(quote);
        else run.Terminal.Line($"{quote["credits"]} credits at most; usually {usual} s, nine of ten within {most} s");
        return ExitCodes.Done;
    }
}
