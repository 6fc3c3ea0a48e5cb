using VideoGen.Jobs.Saga;
using VideoGen.Jobs.Tests.Harness;

namespace VideoGen.Jobs.Tests.Saga;

[TestFixture]
public sealed class Drawing_the_states
{
    const string Head = """
        # The states of a job

        Written from `JobStateMachine` by the test `Drawing_the_states`; with `VIDEOGEN_WRITE_DRAWINGS=1` the test writes this file anew.
        A saga that is not there yet is `[*]` and `Initial`. `Unknown` is shown to customers as `starting`.


        """;

    const string Between = """

        A cell tells the states that a message may lead to (conditions decide: a deadline that has moved or the progress of another
        attempt changes nothing; the failure of an ingest first asks for fresh links); "stays" means that something is done without
        leaving the state; an empty cell that the message is ignored.

        """;

    [Test]
    public void The_committed_drawing_is_that_of_the_code()
    {
        var drawn = Head + StateDrawing<JobSaga>.Write(new JobStateMachine(), JobInState.Ended).Replace("```\n\n|", "```\n" + Between + "\n|", StringComparison.Ordinal);
        var file = Path.Combine(RepositoryRoot(), "docs", "state-machines", "job.md");
        if (Environment.GetEnvironmentVariable("VIDEOGEN_WRITE_DRAWINGS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, drawn);
        }
        Assert.That(File.Exists(file) ? File.ReadAllText(file) : "", Is.EqualTo(drawn), "docs/state-machines/job.md; VIDEOGEN_WRITE_DRAWINGS=1 writes it");
    }

    [Test]
    public void Every_state_says_what_it_does_with_every_message()
    {
        var machine = new JobStateMachine();
        var all = machine.Events.Where(one => machine.States.Any(state => machine.NextEvents(state).Contains(one))).Select(one => one.Name).Order().ToList();
        foreach (var state in machine.States.Where(state => state.Name is not ("Initial" or "Final")))
            Assert.That(machine.NextEvents(state).Select(one => one.Name).Intersect(all).Order(), Is.EqualTo(all), state.Name);
    }

    static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "services", "Jobs"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not lie in the repository.");
    }
}
