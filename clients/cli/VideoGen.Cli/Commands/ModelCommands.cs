using System.CommandLine;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Kept;
using VideoGen.Cli.Running;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Commands;

internal static class ModelCommands
{
    static readonly Option<string?> Kind = Shell.OneOf(
        new Option<string?>("--kind") { Description = "What it makes." }, "video", "image", "audio", "text");

    static readonly Option<bool> All = new("--all") { Description = "Those too that take no jobs at the moment." };

    public static Command Build(Shell shell)
    {
        var model = ModelArgument(shell);
        return Shell.Group("models", "What can be made.",
            shell.Command("list", "Every model with its price.", ListAsync, Kind, All),
            shell.Command("show", "One model: its input, its price, its health.", run => ShowAsync(run, run.Get(model)!), model));
    }

    /// <summary>A model's name; the shell completes it from the server's list.</summary>
    public static Argument<string> ModelArgument(Shell shell)
    {
        var model = new Argument<string>("model") { Description = "Its name in the catalogue, see: videogen models list" };
        model.CompletionSources.Add(_ => NamesAsync(shell.Terminal).GetAwaiter().GetResult());
        return model;
    }

    static async Task<int> ListAsync(CommandRun run)
    {
        var query = (run.Get(Kind) is { } kind ? $"&kind={kind}" : "") + (run.Get(All) ? "" : "&active=true");
        var models = new JsonArray();
        await foreach (var model in run.Api.ListAsync("/v1/models" + (query.Length > 0 ? "?" + query[1..] : ""), run.Stopped)) models.Add(
            model.DeepClone());
        if (run.IsJson)
        {
            run.Terminal.Json(new JsonObject { ["data"] = models });
            return ExitCodes.Done;
        }
        var table = new Table("MODEL", "KIND", "PRICE", "SECONDS", "HEALTH", "NAME");
        foreach (var model in models.OfType<JsonObject>())
            table.Row($"{model["slug"]}", $"{model["kind"]}", ModelText.Price(model), $"{model["expected_seconds"]}",
                $"{model.At("health", "status")}", $"{model["name"]}");
        table.Print(run.Terminal);
        return ExitCodes.Done;
    }

    static async Task<int> ShowAsync(CommandRun run, string slug)
    {
        var model = await run.Api.GetAsync($"/v1/models/{Shell.PathPart("model", slug)}", run.Stopped);
        if (run.IsJson) run.Terminal.Json(model);
        else ModelText.Show(model, run.Terminal);
        return ExitCodes.Done;
    }

    static async Task<IEnumerable<string>> NamesAsync(Terminal terminal)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            var stored = new Profiles(terminal, terminal.Setting("VIDEOGEN_PROFILE") ?? "default").Stored;
            using var api = new ApiClient(
                Profiles.Checked(terminal.Setting("VIDEOGEN_URL") ?? stored?.Server ?? Profiles.DefaultServer), credential: null);
            var names = new List<string>();
            // Shells expand what they complete: nothing but a plain name gets there.
            await foreach (var model in api.ListAsync("/v1/models?active=true", limit.Token))
            {
                var isPlain = (char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_';
                if (model.TextAt("slug") is { } slug && slug.All(isPlain)) names.Add(slug);
            }
            return names;
        }
        catch (Exception failure) when (
            failure is HttpRequestException or OperationCanceledException or ApiFailure or CommandFailure or IOException)
        {
            return []; // A completion that can't be had is none; the command itself will say what is wrong.
        }
    }
}
