using System.Text.RegularExpressions;

namespace VideoGen.Clients.Tests.Suites;

/// <summary>The tests of <c>clients/js</c>, run by <c>node --test</c>.</summary>
[TestFixture]
public sealed partial class Testing_the_JavaScript_client
{
    static readonly ClientSuite Suite = new(List, RunAsync);

    static IReadOnlyList<string> Names => Suite.Names;

    [TestCaseSource(nameof(Names))]
    public Task Passes(string name) => Suite.AssertPassedAsync(name);

    [Test]
    public Task Ran_every_test_and_no_other() => Suite.AssertWholeAsync();

    static string[] Files => [.. Directory.GetFiles(Path.Combine(ClientProgram.JavaScriptFolder, "test"), "*.test.js").Order(StringComparer.Ordinal)];

    static List<string> List() => [.. Files.SelectMany(file => TestCall().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))];

    static async Task<SuiteRun> RunAsync()
    {
        var run = await ClientProgram.RunAsync(ClientProgram.Node, ClientProgram.JavaScriptFolder, ["--test", "--test-reporter=tap", .. Files]);
        // Older runners wrap the tests of a file in one of its name.
        var results = TapResult().Matches(run.Output).Where(match => !match.Groups["name"].Value.EndsWith(".js", StringComparison.Ordinal))
            .ToDictionary(match => match.Groups["name"].Value, match => new SuiteResult(match.Groups["not"].Length == 0, match.Value), StringComparer.Ordinal);
        return new SuiteRun(run.ExitCode, run.ToString(), results);
    }

    [GeneratedRegex(@"^test\('([^']+)'", RegexOptions.Multiline)]
    private static partial Regex TestCall();

    /// <summary>A result and the block of its details.</summary>
    [GeneratedRegex(@"^ *(?<not>not )?ok \d+ - (?<name>[^\n]+)\n(?: *---\n(?: *(?!\.\.\.)[^\n]*\n)*? *\.\.\.\n)?", RegexOptions.Multiline)]
    private static partial Regex TapResult();
}
