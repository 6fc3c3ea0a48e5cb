using VideoGen.Testing;

namespace VideoGen.Bench.Whole;

/// <summary>A line of the table that was kept.</summary>
internal sealed record KeptRow(string Own, string Ratio)
{
    public string Text => Ratio.Length > 0 ? $"{Own} ({Ratio})" : Own;
}

/// <summary>The last table that was kept, in the section of <c>docs/operating/performance.md</c> about the system as a whole.</summary>
internal static class KeptTable
{
    /// <summary>How the table begins, for whoever writes it.</summary>
    public const string FirstLine = "| figure | VideoGen |";

    const string Section = "## The system as a whole";

    public static IReadOnlyDictionary<string, KeptRow> Read() =>
        Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "operating", "performance.md")));

    /// <summary>By figure; empty where the section has no table yet.</summary>
    public static IReadOnlyDictionary<string, KeptRow> Parse(string page)
    {
        var rows = new Dictionary<string, KeptRow>(StringComparer.Ordinal);
        var section = page.Split('\n')
            .SkipWhile(line => line.Trim() != Section).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
        foreach (var line in section.SkipWhile(line => !line.StartsWith(FirstLine, StringComparison.Ordinal)).Skip(2))
        {
            if (!line.StartsWith('|')) break;
            var cells = line.Split('|').Select(cell => cell.Trim()).ToList();
            if (cells.Count >= 5) rows[cells[1]] = new KeptRow(cells[2], cells[4]);
        }
        return rows;
    }
}
