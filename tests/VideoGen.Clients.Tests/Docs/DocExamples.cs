using System.Text.RegularExpressions;
using VideoGen.Testing;

namespace VideoGen.Clients.Tests.Docs;

/// <summary>A program in a page of the documentation.</summary>
/// <param name="Page">Path from the root of the repository.</param>
/// <param name="Language"><c>bash</c>, <c>js</c> or <c>python</c>.</param>
sealed record DocExample(string Page, string Language, string Text)
{
    public string FirstLine => Text.Split('\n')[0];
}

/// <summary>Every program in the pages that customers and operators read.</summary>
static partial class DocExamples
{
    static readonly string[] Languages = ["bash", "js", "python"];

    public static IReadOnlyList<DocExample> All { get; } = [.. Pages().SelectMany(ExamplesOf)];

    public static IReadOnlyList<DocExample> Of(string page, string language) =>
        [.. All.Where(one => one.Page == page && one.Language == language)];

    static IEnumerable<string> Pages() =>
    [
        "README.md", "clients/js/README.md", "clients/python/README.md",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal),
    ];

    static IEnumerable<DocExample> ExamplesOf(string page) =>
        from Match match in Fence().Matches(File.ReadAllText(Path.Combine(Repository.Root, page)))
        where Languages.Contains(match.Groups["language"].Value, StringComparer.Ordinal)
        select new DocExample(page, match.Groups["language"].Value, match.Groups["text"].Value);

    [GeneratedRegex(@"^ *```(?<language>\w+)\n(?<text>.*?)^ *```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
