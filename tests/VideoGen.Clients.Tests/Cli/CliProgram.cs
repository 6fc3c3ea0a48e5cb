using System.Text;
using System.Text.Json.Nodes;
using VideoGen.Cli;
using VideoGen.Cli.Terminals;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>The command line in this process, with a home of its own: what is typed, what is printed, how it ends.</summary>
sealed class CliProgram(string home)
{
    public string Home => home;

    /// <summary>Environment variables beside <c>HOME</c>.</summary>
    public Dictionary<string, string> Settings { get; init; } = new(StringComparer.Ordinal);

    public Task<CliRun> RunAsync(params string[] arguments) => RunAsync(stdin: "", CancellationToken.None, arguments);

    public async Task<CliRun> RunAsync(string stdin, CancellationToken ct, params string[] arguments)
    {
        var (output, errors) = (new Heard(), new Heard());
        return new CliRun(await StartAsync(output, errors, stdin, ct, arguments), output.Text, errors.Text);
    }

    /// <summary>A command that goes on until it is stopped.</summary>
    public Task<int> StartAsync(Heard output, Heard errors, string stdin, CancellationToken ct, params string[] arguments)
    {
        var terminal = new Terminal(output, errors, new StringReader(stdin), 
            name => name == "HOME" ? home : Settings.GetValueOrDefault(name));
        return CommandLine.RunAsync(arguments, terminal, ct);
    }

    /// <summary>Runs it to its good end, with <c>--json</c>.</summary>
    public async Task<JsonObject> TellAsync(params string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--json"]);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        return JsonNode.Parse(run.Output)!.AsObject();
    }
}

sealed record CliRun(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Errors}";
}

/// <summary>What a command has printed up to now.</summary>
sealed class Heard : TextWriter
{
    readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.UTF8;

    public string Text
    {
        get { lock (_text) return _text.ToString(); }
    }

    public override void Write(char value)
    {
        lock (_text) _text.Append(value);
    }
}
