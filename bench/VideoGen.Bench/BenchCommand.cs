using System.Globalization;

namespace VideoGen.Bench;

/// <summary>One load program.</summary>
/// <param name="RunAsync">Answers the process's exit code.</param>
internal sealed record BenchCommand(string Name, string Summary, Func<BenchArguments, Task<int>> RunAsync);

/// <summary>What stands after the sub-command: <c>--name value</c> pairs.</summary>
internal sealed class BenchArguments
{
    readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">A name without a value, or a value without a name.</exception>
    public static BenchArguments Parse(IReadOnlyList<string> words)
    {
        var arguments = new BenchArguments();
        for (var place = 0; place < words.Count; place += 2)
        {
            if (!words[place].StartsWith("--", StringComparison.Ordinal) || place + 1 == words.Count)
                throw new ArgumentException($"{words[place]}: write --name value");
            arguments._values[words[place][2..]] = words[place + 1];
        }
        return arguments;
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
