namespace VideoGen.Cli.Terminals;

/// <summary>
/// What is going on, in one line: drawn in place where somebody looks, else a line for each step, so that a log stays short.
/// Disposing clears it.
/// </summary>
internal sealed class ProgressLine(Terminal terminal, bool isQuiet) : IDisposable
{
    const int Cells = 24;

    string _step = "";

    /// <param name="percent">Null where nobody knows how far it is.</param>
    public void Show(string step, int? percent, string detail = "")
    {
        if (isQuiet) return;
        if (terminal.IsWatched)
        {
            terminal.Draw($"{Bar(percent)} {step} {detail}");
            return;
        }
        if (step == _step) return;
        _step = step;
        terminal.Note(percent is null ? $"{step} {detail}".TrimEnd() : $"{step} {percent} % {detail}".TrimEnd());
    }

    public void Dispose()
    {
        if (!isQuiet && terminal.IsWatched) terminal.Draw("");
    }

    static string Bar(int? percent)
    {
        if (percent is not { } known) return $"[{new string('.', Cells)}]";
        var full = Math.Clamp(known, 0, 100) * Cells / 100;
        return $"[{new string('#', full)}{new string('.', Cells - full)}] {known,3} %";
    }
}
