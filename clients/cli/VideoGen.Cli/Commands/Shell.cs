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
    public ApiClient Api => _api ??= new ApiClient(Profile.Server, Profile.ApiKey);

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    public void Dispose() => _api?.Dispose();
}
