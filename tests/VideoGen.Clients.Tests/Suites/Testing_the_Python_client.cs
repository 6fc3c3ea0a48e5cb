using System.Text.RegularExpressions;

namespace VideoGen.Clients.Tests.Suites;

/// <summary>The tests of <c>clients/python</c>, run by <c>unittest</c>.</summary>
[TestFixture]
public sealed partial class Testing_the_Python_client
{
    static readonly ClientSuite Suite = new(List, RunAsync);

    static IReadOnlyList<string> Names => Suite.Names;

    [TestCaseSource(nameof(Names))]
    public Task Passes(string name) => Suite.AssertPassedAsync(name);

    [Test]
    public Task Ran_every_test_and_no_other() => Suite.AssertWholeAsync();

    static List<string> List()
    {
        var files = Directory.GetFiles(Path.Combine(ClientProgram.PythonFolder, "tests"), "test_*.py").Order(StringComparer.Ordinal);
        return [.. files.SelectMany(file => MethodsOf(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)))];
    }

    static IEnumerable<string> MethodsOf(string module, string source)
    {
        var fixture = "";
        foreach (Match match in ClassOrMethod().Matches(source))
        {
            if (match.Groups["class"].Success) fixture = match.Groups["class"].Value;
            else yield return $"{module}.{fixture}.{match.Groups["method"].Value}";
        }
    }

    static async Task<SuiteRun> RunAsync()
    {
        var run = await ClientProgram.RunAsync(ClientProgram.Python, ClientProgram.PythonFolder, ["-m", "unittest", "-v"]);
        var reports = Report().Matches(run.Errors).ToLookup(match => match.Groups["method"].Value, match => match.Value, StringComparer.Ordinal);
        var results = Result().Matches(run.Errors).ToDictionary(
            match => $"{match.Groups["fixture"].Value}.{match.Groups["method"].Value}",
            match => new SuiteResult(match.Groups["result"].Value == "ok", string.Join('\n', reports[match.Groups["method"].Value])), StringComparer.Ordinal);
        return new SuiteRun(run.ExitCode, run.ToString(), results);
    }

    [GeneratedRegex(@"^class (?<class>\w+)|^    def (?<method>test_\w+)", RegexOptions.Multiline)]
    private static partial Regex ClassOrMethod();

    /// <summary>Python 3.11 and later repeat the method's name behind that of the class.</summary>
    [GeneratedRegex(@"^(?<method>test_\w+) \(tests\.(?<fixture>\w+\.\w+)(?:\.\w+)?\) \.\.\. (?:.*\n)??(?<result>ok|FAIL|ERROR|skipped.*)$", RegexOptions.Multiline)]
    private static partial Regex Result();

    [GeneratedRegex(@"^={70}\n(?:FAIL|ERROR): (?<method>test_\w+) [^\n]*\n(?:(?!={70})[^\n]*\n)*", RegexOptions.Multiline)]
    private static partial Regex Report();
}
