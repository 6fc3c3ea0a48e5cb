using VideoGen.Jobs.Saga;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Saga;

[TestFixture]
public sealed class Drawing_the_states
{
    const string Head = """
        # The states of a job

        Written from `JobStateMachine` by the test `Drawing_the_states`; with `UPDATE_SNAPSHOTS=1` the test writes this file anew.
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
        Assert.That(Snapshot.Committed("docs/state-machines/job.md", drawn), Is.EqualTo(drawn));
    }

    [Test]
    public void Every_state_says_what_it_does_with_every_message()
    {
        var machine = new JobStateMachine();
        var all = machine.Events.Where(one => machine.States.Any(state => machine.NextEvents(state).Contains(one))).Select(one => one.Name).Order().ToList();
        foreach (var state in machine.States.Where(state => state.Name is not ("Initial" or "Final")))
            Assert.That(machine.NextEvents(state).Select(one => one.Name).Intersect(all).Order(), Is.EqualTo(all), state.Name);
    }
}
