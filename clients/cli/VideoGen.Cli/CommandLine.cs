using System.CommandLine;
using VideoGen.Cli.Api;
using VideoGen.Cli.Commands;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli;

/// <summary>The whole program: what was typed to an exit code. Every failure is told in words that say what to do.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken ct)
    {
        var shell = new Shell(terminal);
        // A value may begin with @; it names no file of further arguments.
        var parsed = Root(shell).Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var isSuggestion = args.Any(arg => arg.StartsWith("[suggest", StringComparison.Ordinal));
        if (parsed.Errors.Count > 0 && !isSuggestion)
            return Tell(terminal, new CommandFailure(ExitCodes.Usage, WhatIsWrong(parsed), $"See: {PathOf(parsed.CommandResult)} --help"));
        try
        {
            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
                Output = terminal.Writer, Error = terminal.ErrorWriter,
            };
            return await parsed.InvokeAsync(invocation, ct);
        }
        catch (Exception failure)
        {
            return Tell(terminal, ForPeople(failure, ct));
        }
    }

    static RootCommand Root(Shell shell)
    {
        var root = new RootCommand("VideoGen on the command line. Begin with: videogen login");
        foreach (var option in shell.Options) root.Options.Add(option);
        Command[] commands =
        [
            LoginCommands.Login(shell), LoginCommands.Logout(shell), ModelCommands.Build(shell), QuoteCommand.Build(shell),
            RunCommand.Build(shell), JobCommands.Build(shell), TailCommand.Build(shell), WebhookCommands.Build(shell),
            KeyCommands.Build(shell), UsageCommand.Build(shell), CompletionCommand.Build(shell),
        ];
        foreach (var command in commands) root.Subcommands.Add(command);
        return root;
    }

    static CommandFailure ForPeople(Exception failure, CancellationToken ct) => failure switch
    {
        CommandFailure told => told,
        ApiFailure refused => refused.ForPeople(),
        OperationCanceledException when ct.IsCancellationRequested => new CommandFailure(ExitCodes.Interrupted, "Interrupted."),
        HttpRequestException or TimeoutException =>
            new CommandFailure(ExitCodes.Unreachable, $"The server did not answer: {SafeText.Line(failure.Message)}",
            "See that it runs and that the address is right (videogen login --server …), then repeat the same command; "
                + "it does not buy twice."),
        IOException or UnauthorizedAccessException => new CommandFailure(ExitCodes.Unexpected, SafeText.Line(failure.Message)),
        _ => new CommandFailure(
            ExitCodes.Unexpected, $"Something unexpected happened: {SafeText.Line(failure.ToString())}", "Please report it."),
    };

    static int Tell(Terminal terminal, CommandFailure failure)
    {
        terminal.NoteText($"error: {failure.Message}");
        if (failure.Advice is not null) terminal.NoteText(failure.Advice);
        return failure.ExitCode;
    }

    /// <summary>What the parser says, with the words that may come where one is missing.</summary>
    static string WhatIsWrong(ParseResult parsed)
    {
        var commands = parsed.CommandResult.Command.Subcommands.Select(command => command.Name).ToList();
        return commands.Count > 0 && parsed.UnmatchedTokens.Count == 0
            ? $"{PathOf(parsed.CommandResult)} needs one of: {string.Join(", ", commands)}."
            : string.Join('\n', parsed.Errors.Select(error => error.Message));
    }

    static string PathOf(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "videogen";
}
