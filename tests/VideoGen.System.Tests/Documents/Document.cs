using System.Text.RegularExpressions;

namespace VideoGen.System.Tests.Documents;

/// <summary>One of the five public documents, kept byte for byte, as a list of its fenced blocks.</summary>
sealed partial class Document
{
    readonly Dictionary<string, Block> _blocks;

    Document(string name, IReadOnlyList<Block> blocks)
    {
        Name = name;
        Blocks = blocks;
        _blocks = blocks.ToDictionary(block => block.Place);
    }

    /// <summary>The file's name without its ending, which is the dialect's.</summary>
    public string Name { get; }

    public IReadOnlyList<Block> Blocks { get; }

    /// <param name="place">The heading above the block and which of its blocks: <c>Cancel Job [2]</c>.</param>
    public Block this[string place] => _blocks.TryGetValue(place, out var block) ? block : throw new KeyNotFoundException($"{Name} has no block '{place}'.");

    public static Document Read(string name)
    {
        var blocks = new List<Block>();
        var heading = "";
        var open = default((string Indent, string Language, int Line, List<string> Lines)?);
        foreach (var (index, line) in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Documents", name + ".md")).Index())
        {
            var fence = Fence().Match(line);
            if (open is { } block)
            {
                if (fence.Success && fence.Groups["language"].Length == 0)
                {
                    var number = blocks.Count(other => other.Heading == heading) + 1;
                    blocks.Add(new Block(name, heading, number, block.Language, block.Line, string.Join('\n', block.Lines) + "\n"));
                    open = null;
                }
                else block.Lines.Add(line.StartsWith(block.Indent, StringComparison.Ordinal) ? line[block.Indent.Length..] : line);
            }
            else if (fence.Success) open = (fence.Groups["indent"].Value, fence.Groups["language"].Value, index + 1, []);
            else if (Heading().Match(line) is { Success: true } found) heading = found.Groups["text"].Value;
        }
        return open is null ? new Document(name, blocks) : throw new FormatException($"{name}: the block of line {open.Value.Line} does not end.");
    }

    public override string ToString() => Name;

    [GeneratedRegex(@"^(?<indent>\s*)```(?<language>\w*)\s*$")]
    private static partial Regex Fence();

    [GeneratedRegex(@"^#+\s+\**(?<text>.*?)\**\s*$")]
    private static partial Regex Heading();
}

/// <param name="Heading">The nearest one above it.</param>
/// <param name="Number">From 1, below that heading.</param>
/// <param name="Language">As the fence says it; empty when it says nothing.</param>
/// <param name="Line">Of the opening fence, from 1.</param>
sealed record Block(string Document, string Heading, int Number, string Language, int Line, string Text)
{
    public string Place => $"{Heading} [{Number}]";

    /// <summary>The text with stated replacements; each must be found.</summary>
    public string With(params IReadOnlyList<Replacement> replacements)
    {
        var text = Text;
        foreach (var (from, to) in replacements)
        {
            Assert.That(text, Does.Contain(from), $"{Document}, {Place}: what is to be replaced is not there");
            text = text.Replace(from, to, StringComparison.Ordinal);
        }
        return text;
    }

    public override string ToString() => $"{Document} line {Line}: {Place}";
}

/// <summary>What a user of the sample must replace: an address, a key, an id, a file.</summary>
readonly record struct Replacement(string From, string To)
{
    public static implicit operator Replacement((string From, string To) pair) => new(pair.From, pair.To);
}
