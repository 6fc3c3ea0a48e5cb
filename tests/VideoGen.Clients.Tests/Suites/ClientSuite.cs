namespace VideoGen.Clients.Tests.Suites;

/// <summary>
/// A client's own tests. Their names are read from the sources, so that each is a test case here; all are run at once, when the first
/// result is wanted.
/// </summary>
sealed class ClientSuite(Func<IReadOnlyList<string>> list, Func<Task<SuiteRun>> run)
{
    readonly Lazy<Task<SuiteRun>> _run = new(run);

    public IReadOnlyList<string> Names => list();

    public async Task AssertPassedAsync(string name)
    {
        var ended = await _run.Value;
        if (!ended.Results.TryGetValue(name, out var result)) Assert.Fail($"It has no result.\n{ended.Output}");
        Assert.That(result!.Passed, Is.True, result.Report);
    }

    /// <summary>What the suite ran is what is listed here, and it says of itself that it went well.</summary>
    public async Task AssertWholeAsync()
    {
        var ended = await _run.Value;
        Assert.That(Names, Is.Not.Empty.And.Unique);
        Assert.That(ended.Results.Keys, Is.EquivalentTo(Names));
        Assert.That(ended.ExitCode, Is.Zero, ended.Output);
    }
}

/// <param name="Output">Everything that it printed.</param>
sealed record SuiteRun(int ExitCode, string Output, IReadOnlyDictionary<string, SuiteResult> Results);

/// <param name="Report">What the suite says of a failure.</param>
sealed record SuiteResult(bool Passed, string Report);
