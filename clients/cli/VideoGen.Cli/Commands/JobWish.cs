using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Running;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Commands;

/// <summary>What a job is asked for on the command line: <c>quote</c> and <c>run</c> take it alike.</summary>
internal sealed class JobWish
{
    readonly Argument<string[]> _values = new("key=value")
    {
        Description = "The model's inputs; key:=JSON for JSON as it stands. A list's key may come several times.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    readonly Option<string[]> _files = new("--file")
    {
        Description = "A file to upload for an input, image=@photo.jpg; may come several times.", HelpName = "key=@path",
    };

    readonly Option<string?> _input = new("--input")
    {
        Description = "A file with the input as JSON; - for stdin. key=value adds to it.", HelpName = "file",
    };

    public JobWish(Shell shell) => Model = ModelCommands.ModelArgument(shell);

    public Argument<string> Model { get; }

    public IReadOnlyList<Symbol> Symbols => [Model, _values, _files, _input];

    /// <summary>What was typed, as a text that tells two wishes apart: files by their content. In which order different keys come does
    /// not matter.</summary>
    public async Task<string> FingerprintAsync(CommandRun run, string input)
    {
        var files = new List<string>();
        foreach (var (key, path) in Files(run))
        {
            await using var file = File.OpenRead(path);
            files.Add($"{key}={Convert.ToHexStringLower(await SHA256.HashDataAsync(file, run.Stopped))}");
        }
        var values = ByKey(run.Get(_values) ?? []);
        return JsonSerializer.Serialize(new { model = run.Get(Model), input, values, files = ByKey(files) });
    }

    static IEnumerable<string> ByKey(IEnumerable<string> pairs) => pairs.OrderBy(pair => pair.Split('=')[0], StringComparer.Ordinal);

    /// <summary>The text of <c>--input</c>; empty without one. Read once, for it may be a pipe.</summary>
    public string ReadInput(CommandRun run) => run.Get(_input) switch
    {
        null => "",
        "-" => run.Terminal.ReadAll(),
        var path => File.ReadAllText(Existing(path)),
    };

    /// <summary>The input, with the files uploaded.</summary>
    public async Task<JsonObject> InputAsync(CommandRun run, string text)
    {
        var input = text.Length == 0 ? [] : Parse(text);
        var model = await run.Api.GetAsync($"/v1/models/{Shell.PathPart("model", run.Get(Model)!)}", run.Stopped);
        var fields = model.At("input_schema", "properties") as JsonObject;
        foreach (var value in run.Get(_values) ?? []) InputValues.Set(input, value, fields);
        foreach (var (key, path) in Files(run))
        {
            using var progress = new ProgressLine(run.Terminal, run.IsJson);
            var name = Path.GetFileName(path);
            void OnProgress(long sent, long size) => progress.Show("uploading", size == 0 ? null : (int)(sent * 100 / size), name);
            var asset = await Upload.SendAsync(run.Api, path, OnProgress, run.Stopped);
            InputValues.SetAsset(input, key, asset.Plain("id"), fields);
        }
        return input;
    }

    /// <summary>Before anything is sent: a wrong name shall cost nothing.</summary>
    IReadOnlyList<(string Key, string Path)> Files(CommandRun run) => [.. (run.Get(_files) ?? []).Select(file =>
    {
        var parts = file.Split("=@", 2);
        return parts is [{ Length: > 0 } key, { Length: > 0 } path]
            ? (key, Existing(path))
            : throw new CommandFailure(
                ExitCodes.Usage, $"--file {file} must be of the form key=@path.", "For example: --file image=@photo.jpg");
    })];

    static string Existing(string path) =>
        File.Exists(path)
            ? path
            : throw new CommandFailure(
                ExitCodes.Usage, $"There is no file {path}.", "Check the path; it counts from the present folder.");

    static JsonObject Parse(string text)
    {
        try
        {
            return Answers.Parse(text) as JsonObject ?? throw new CommandFailure(ExitCodes.Usage, "--input must be a JSON object.");
        }
        catch (JsonException broken)
        {
            throw new CommandFailure(ExitCodes.Usage, $"--input is not JSON: {broken.Message}", cause: broken);
        }
    }
}
