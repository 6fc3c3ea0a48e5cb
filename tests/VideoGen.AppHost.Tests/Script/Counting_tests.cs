namespace VideoGen.AppHost.Tests.Script;

/// <summary>What <c>./videogen test</c> says of its test projects; a stand-in for <c>dotnet test</c> writes their results files.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class Counting_tests
{
    private const string StandIn = """
        for last; do case $last in trx\;LogFileName=*) trx=${last#*=};; esac; done
        while [[ $1 != --results-directory ]]; do shift; done
        counters() { echo "<Counters total=\"$1\" executed=\"$2\" passed=\"$3\" failed=\"$4\" error=\"0\" />" >"$folder/$trx"; }
        folder=$2
        case $trx in
          *.again.trx) counters 1 1 1 0 ;;
          VideoGen.Slow.*)
            counters 7 7 6 1
            echo '<UnitTestResult testId="a" testName="Does(&quot;x&quot;)" outcome="Failed" />' >>"$folder/$trx"
            echo '<UnitTest name="Does(&quot;x&quot;)" storage="t" id="a"> <TestMethod className="A.Slow_fixture" name="Does" />' >>"$folder/$trx"
            exit 1 ;;
          VideoGen.Good.*) counters 7 7 7 0 ;;
          VideoGen.Skips.*) counters 5 3 3 0 ;;
          VideoGen.Bad.*) counters 4 4 3 1; echo "a test failed"; exit 1 ;;
          VideoGen.Crash.*) echo "the test process died"; exit 134 ;;
          VideoGen.Empty.*) ;;
        esac
        """;

    [Test]
    public async Task Adds_up_every_project() => Assert.That(await RunAsync("Good"), Is.EqualTo((0, "7 passed, 0 failed")));

    [Test]
    public async Task Names_what_was_skipped() => Assert.That(await RunAsync("Good", "Skips"), Is.EqualTo((0, "10 passed, 0 failed, 2 skipped")));

    [Test]
    public async Task Fails_with_a_failing_test() => Assert.That(await RunAsync("Good", "Bad"), Is.EqualTo((1, "10 passed, 1 failed")));

    [Test]
    public async Task Names_what_passed_only_when_it_was_run_again()
    {
        var (code, output) = await RunWholeAsync("Good", "Slow");
        Assert.That((code, LastLine(output)), Is.EqualTo((0, "14 passed, 0 failed")));
        Assert.That(output, Does.Contain("passed only when run again: A.Slow_fixture"));
    }

    [Test]
    public async Task Counts_a_project_whose_process_died_as_a_failure() =>
        Assert.That(await RunAsync("Good", "Crash"), Is.EqualTo((1, "7 passed, 1 failed")));

    [Test]
    public async Task Fails_when_no_test_ran_at_all() => Assert.That(await RunAsync("Empty"), Is.EqualTo((1, "0 passed, 0 failed")));

    private static async Task<(int Code, string LastLine)> RunAsync(params string[] projects)
    {
        var (code, output) = await RunWholeAsync(projects);
        return (code, LastLine(output));
    }

    private static string LastLine(string output) => output.TrimEnd().Split('\n')[^1];

    private static async Task<(int Code, string Output)> RunWholeAsync(params string[] projects)
    {
        using var checkout = new Checkout();
        foreach (var project in projects)
        {
            checkout.AddTestProject($"VideoGen.{project}.Tests");
        }

        return await checkout.RunWithPathAsync(checkout.PathWith("dotnet", StandIn), "run-tests");
    }
}
