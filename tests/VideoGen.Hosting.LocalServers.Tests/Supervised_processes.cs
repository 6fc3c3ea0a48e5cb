using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Time.Testing;

namespace VideoGen.Hosting.LocalServers.Tests;

/// <summary>What the orchestrator tells of a process, in the orders in which it may tell it, and what follows.</summary>
public sealed class Supervised_processes
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider _time = new();
    private SupervisedProcess _process = null!;

    [SetUp]
    public void Begin() => _process = new(new ExecutableResource("jobs", "dotnet", "/"), _time);

    [Test]
    public void Are_started_again_when_they_end_unasked()
    {
        BecomesReady();
        Assert.That(Tell("Exited"), Is.EqualTo(Step.StartAgain));
        Assert.That(_process.Pause, Is.EqualTo(TimeSpan.FromSeconds(0.5)));
        Assert.That(_process.Try(), Is.True);
        var steps = (Tell("Starting"), Tell("Running", healthy: false), Tell("Running"));
        Assert.That(steps, Is.EqualTo((Step.None, Step.None, Step.BecameReady)));
    }

    [Test]
    public void Stay_stopped_when_an_operator_stopped_them()
    {
        BecomesReady();
        Tell("Stopping");
        Assert.That(Tell("Exited"), Is.EqualTo(Step.None));
        Assert.That(_process.State, Is.EqualTo(ProcessState.Stopped));
    }

    /// <summary>A start that fails is told by a state and by the command, in either order and late.</summary>
    [TestCase("Starting", "FailedToStart", "command")]
    [TestCase("Starting", "command", "FailedToStart")]
    [TestCase("command", "Starting", "FailedToStart")]
    [TestCase("command", "FailedToStart", "FailedToStart")]
    public void Are_tried_once_for_one_failed_start(params string[] told)
    {
        BecomesReady();
        Tell("Exited");
        _process.Try();
        var steps = told.Select(one => one == "command" ? _process.Fail() : Tell(one)).ToList();
        Assert.That(steps.Count(step => step == Step.StartAgain), Is.EqualTo(1));
        Assert.That(_process.Try(), Is.True);
    }

    /// <summary>"Start" deletes the ended process first, and that may be told as another end.</summary>
    [Test]
    public void Are_not_started_again_while_they_run()
    {
        BecomesReady();
        Tell("Exited");
        _process.Try();
        Tell("Starting");
        Tell("Exited");
        Tell("Running");
        Assert.That(_process.Try(), Is.False);
        Assert.That(_process.State, Is.EqualTo(ProcessState.Ready));
    }

    [Test]
    public void That_an_operator_starts_during_the_pause_are_left_alone()
    {
        BecomesReady();
        Tell("Exited");
        Tell("Starting");
        Assert.That(_process.Try(), Is.False);
    }

    [Test]
    public void That_end_again_within_the_pause_are_started()
    {
        BecomesReady();
        Tell("Exited");
        Tell("Starting");
        Tell("Running");
        Assert.That(Tell("Exited"), Is.EqualTo(Step.None), "one try is pending");
        Assert.That(_process.Try(), Is.True);
    }

    [Test]
    public void Wait_longer_each_time_up_to_half_a_minute()
    {
        BecomesReady();
        var pauses = Enumerable.Range(0, 9).Select(_ => EndAndTryAgain()).ToList();
        Assert.That(pauses, Is.EqualTo(new[] { 0.5, 1, 2, 4, 8, 16, 30, 30, 30 }));
    }

    [Test]
    public void Wait_short_again_after_a_while_of_good_health()
    {
        BecomesReady();
        for (var n = 0; n < 5; n++) EndAndTryAgain();
        BecomesReady();
        _time.Advance(Long);
        Assert.That(EndAndTryAgain(), Is.EqualTo(0.5));
    }

    [TestCase(3, true, 0.5)]
    [TestCase(3, false, 16)]
    [TestCase(1, true, 16)]
    [TestCase(120, false, 0.5)]
    public void Wait_short_after_a_short_while_of_health_that_was_their_own(int seconds, bool portIsFree, double pause)
    {
        _process = new(new ExecutableResource("jobs", "dotnet", "/"), _time, () => portIsFree);
        BecomesReady();
        for (var n = 0; n < 5; n++) EndAndTryAgain();
        BecomesReady();
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.That(EndAndTryAgain(), Is.EqualTo(pause));
    }

    [Test]
    public void Wait_no_shorter_for_having_lived_long_without_being_well()
    {
        BecomesReady();
        for (var n = 0; n < 5; n++) EndAndTryAgain(lives: Long);
        Assert.That(EndAndTryAgain(lives: Long), Is.EqualTo(16));
    }

    [TestCase(0)]
    [TestCase(120)]
    public void That_are_never_ready_are_given_up_however_long_each_lived(int seconds)
    {
        var steps = new List<Step>();
        for (var n = 0; n < 4; n++)
        {
            Tell("Starting");
            Tell("Running", healthy: false);
            _time.Advance(TimeSpan.FromSeconds(seconds));
            steps.Add(Tell("Exited"));
            _process.Try();
        }

        Assert.That(steps, Is.EqualTo(new[] { Step.StartAgain, Step.StartAgain, Step.StartAgain, Step.GiveUp }));
    }

    private void BecomesReady()
    {
        Tell("Starting");
        Tell("Running");
    }

    private double EndAndTryAgain(TimeSpan lives = default)
    {
        Tell("Running", healthy: lives == default && _process.State == ProcessState.Ready);
        _time.Advance(lives);
        Tell("Exited");
        var pause = _process.Pause.TotalSeconds;
        _process.Try();
        Tell("Starting");
        return pause;
    }

    private Step Tell(string state, bool healthy = true) => _process.Enter(new Told(state, healthy, ExitCode: null, ProcessId: 7));
}
