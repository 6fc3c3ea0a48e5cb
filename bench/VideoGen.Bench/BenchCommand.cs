using System.Globalization;

namespace VideoGen.Bench;

/// <summary>One load program.</summary>
/// <param name="RunAsync">Answers the process's exit code.</param>
internal sealed record BenchCommand(string Name, string Summary, Func<BenchArguments, Task<int>> RunAsync);

/// <summary>What stands after the sub-command: <c>--name value</c> pairs; a name alone is <c>true</c>.</summary>
internal sealed class BenchArguments
{
    readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">A value without a name.</exception>
    public static BenchArguments Parse(IReadOnlyList<string> words)
    {
        var arguments = new BenchArguments();
        for (var place = 0; place < words.Count; place++)
        {
            if (!IsName(words[place])) throw new ArgumentException($"{words[place]}: write --name value");
            var alone = place + 1 == words.Count || IsName(words[place + 1]);
            arguments._values[words[place][2..]] = alone ? "true" : words[++place];
        }
        return arguments;
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public bool Flag(string name, bool otherwise = false) => Text(name) is { } text ? bool.Parse(text) : otherwise;

    static bool IsName(string word) => word.StartsWith("--", StringComparison.Ordinal);
}
