using System.Text.Json.Nodes;

namespace VideoGen.Cli.Terminals;

/// <summary>
/// Where a command reads and writes. Results go to <c>stdout</c>; whatever is for the eyes alone (progress, advice, errors) goes
/// to <c>stderr</c>, so that a pipe gets results only. Nothing passes that would be a command to the terminal.
/// </summary>
internal sealed class Terminal(TextWriter output, TextWriter errors, TextReader input, Func<string, string?> environment)
{
    readonly Lock _gate = new();

    /// <summary>True where somebody looks at <c>stderr</c>: then progress is drawn in place.</summary>
    public bool IsWatched { get; init; }

    /// <summary>True where somebody can be asked.</summary>
    public bool CanAsk { get; init; }

    public int Width { get; init; } = 100;

    public static Terminal OfThisProcess() => new(Console.Out, Console.Error, Console.In, Environment.GetEnvironmentVariable)
    {
        IsWatched = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb"),
        CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        Width = Console.IsErrorRedirected || Console.WindowWidth < 20 ? 100 : Console.WindowWidth,
    };

    /// <summary>For the command line's own help and completion, which hold no text of others.</summary>
    public TextWriter Writer => output;

    public TextWriter ErrorWriter => errors;

    /// <summary>An environment variable; null when it is empty, too.</summary>
    public string? Setting(string name) => environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>A line of the result; one line whatever the text holds.</summary>
    public void Line(string text = "")
    {
        lock (_gate) output.WriteLine(SafeText.Line(text));
    }

    /// <summary>A text of the result, with its own lines.</summary>
    public void Text(string text)
    {
        lock (_gate) output.WriteLine(SafeText.Of(text));
    }

    /// <summary>The result for programs. Its own escapes keep controls out.</summary>
    public void Json(JsonNode? node, bool onOneLine = false)
    {
        lock (_gate) output.WriteLine(JsonText.Write(node, onOneLine));
    }

    /// <summary>For the eyes alone; one line whatever the text holds.</summary>
    public void Note(string text)
    {
        lock (_gate) errors.WriteLine(SafeText.Line(text));
    }

    /// <summary>For the eyes alone, with its own lines.</summary>
    public void NoteText(string text)
    {
        lock (_gate) errors.WriteLine(SafeText.Of(text));
    }

    /// <summary>Draws over the present line of <c>stderr</c>; an empty text clears it.</summary>
    public void Draw(string text)
    {
        var line = SafeText.Line(text);
        lock (_gate)
        {
            errors.Write($"\r\u001b[K{SafeText.Cut(line, Width - 1)}");
            errors.Flush();
        }
    }

    /// <summary>The answer to a question, without an echo.</summary>
    public string AskSecret(string question)
    {
        errors.Write(SafeText.Of(question));
        errors.Flush();
        var secret = new System.Text.StringBuilder();
        for (;;)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter) break;
            if (key.Key == ConsoleKey.Backspace) secret.Length = Math.Max(0, secret.Length - 1);
            else if (!char.IsControl(key.KeyChar)) secret.Append(key.KeyChar);
        }
        errors.WriteLine();
        return secret.ToString();
    }

    /// <summary>One line of what is piped in: a secret that shall not stand on the command line.</summary>
    public string? ReadLine() => input.ReadLine();

    public string ReadAll() => input.ReadToEnd();
}
