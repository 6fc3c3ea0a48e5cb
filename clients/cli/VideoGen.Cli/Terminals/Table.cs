namespace VideoGen.Cli.Terminals;

/// <summary>Rows in columns of equal width, for people; programs take <c>--json</c>.</summary>
internal sealed class Table(params string[] heads)
{
    const int WidestCell = 70;

    readonly List<string[]> _rows = [heads];

    public void Row(params string?[] cells) => _rows.Add([.. cells.Select(cell => Shorten(SafeText.Line(cell ?? "")))]);

    public void Print(Terminal terminal)
    {
        var widths = Enumerable.Range(0, heads.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in _rows)
            terminal.Line(
                string.Join(
                "  ", row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column]))).TrimEnd());
    }

    static string Shorten(string text) => text.Length <= WidestCell ? text : SafeText.Cut(text, WidestCell - 1) + "…";
}
