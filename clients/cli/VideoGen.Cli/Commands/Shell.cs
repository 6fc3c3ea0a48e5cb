using System.CommandLine;
using VideoGen.Cli.Api;
using VideoGen.Cli.Kept;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Commands;

/// <summary>What all commands share: the terminal and the options that each of them takes.</summary>
internal sealed class Shell(Terminal terminal)
{
    readonly Option<bool> _json = new("--json") { Description = "Print JSON, as the API answers it.", Recursive = true };

    readonly Option<string?> _server = new("--server")
    {
        Description = "The server's address (or VIDEOGEN_URL).", Recursive = true, HelpName = "url",
    };

    readonly Option<string?> _profile = new("--profile")
    {
        Description = "Which stored sign-in to use (or VIDEOGEN_PROFILE).", Recursive = true, HelpName = "name",
    };

    public Terminal Terminal => terminal;

    public IReadOnlyList<Option> Options => [_json, _server, _profile];

    public Command Command(string name, string description, Func<CommandRun, Task<int>> action, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Option option) command.Options.Add(option);
            else command.Arguments.Add((Argument)symbol);
        }
        command.SetAction(async (parsed, ct) =>
        {
            using var run = RunOf(parsed, ct);
            return await action(run);
        });
        return command;
    }

    public static Command Group(string name, string description, params Command[] commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands) group.Subcommands.Add(command);
        return group;
    }

    public static Option<T> OneOf<T>(Option<T> option, params string[] words)
    {
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    /// <summary>A time that was typed, a month at most.</summary>
    public static TimeSpan Seconds(double seconds) => seconds is >= 0 and <= 2_592_000
        ? TimeSpan.FromSeconds(seconds)
        : throw new CommandFailure(ExitCodes.Usage, "--timeout must be 0 to 2592000 seconds.");

    /// <summary>What was typed for an id or a name, as one part of an address.</summary>
    public static string PathPart(string name, string typed) => typed.Any(char.IsLetterOrDigit)
        ? Uri.EscapeDataString(typed)
        : throw new CommandFailure(ExitCodes.Usage, $"{name}: must be an id or a name, not '{SafeText.Line(typed)}'.");

    /// <summary>The folder for files, looked at before anything is bought; null without one.</summary>
    public static string? Folder(string? typed) => typed is null || (typed.Length > 0 && !File.Exists(typed))
        ? typed
        : throw new CommandFailure(ExitCodes.Usage, $"--out must be a folder, not '{SafeText.Line(typed)}'.",
            "The files get names of their own there.");

    /// <summary>A place in the events that was typed; null without one.</summary>
    public static string? Cursor(string? typed) => typed is null || (typed.Length > 0 && Answers.IsVisibleAscii(typed))
        ? typed
        : throw new CommandFailure(ExitCodes.Usage, $"--after must be a cursor, not '{SafeText.Line(typed)}'.");

    /// <summary>A count that was typed.</summary>
    public static int Count(string option, int typed, int least) => typed >= least
        ? typed
        : throw new CommandFailure(ExitCodes.Usage, $"{option} must be {least} or more, not {typed}.");

    CommandRun RunOf(ParseResult parsed, CancellationToken ct)
    {
        var profiles = new Profiles(terminal, parsed.GetValue(_profile) ?? terminal.Setting("VIDEOGEN_PROFILE") ?? "default");
        return new CommandRun(parsed, terminal, profiles, parsed.GetValue(_server), parsed.GetValue(_json), ct);
    }
}

/// <summary>One command as it was typed, at work.</summary>
internal sealed class CommandRun(
    ParseResult parsed, Terminal terminal, Profiles profiles, string? server, bool isJson, CancellationToken ct) : IDisposable
{
    ApiClient? _api;

    public Terminal Terminal => terminal;

    public Profiles Profiles => profiles;

    /// <summary>The <c>--server</c> of the command line.</summary>
    public string? Server => server;

    public bool IsJson => isJson;

    public CancellationToken Stopped => ct;

    public Profile Profile => field ??= profiles.Current(server);

    /// <summary>As the person who is signed in.</summary>
    public ApiClient Api => _api ??= new ApiClient(Profile.Server, Profile.ApiKey, terminal.Note);

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    public void Dispose() => _api?.Dispose();
}
