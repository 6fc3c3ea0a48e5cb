using System.Text.Json;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Tests.Connectors;

[TestFixture]
internal sealed class Telling_a_scripted_story
{
    static readonly DateTimeOffset Born = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Without_a_script_the_truth_is_told()
    {
        Assert.That(Tell(null, RenderState.Queued, 0), Is.TypeOf<VendorState.Waiting>());
        Assert.That(Tell(null, RenderState.Running, 0, percent: 42), Is.EqualTo(new VendorState.Running(42, "frame_generation")));
        Assert.That(Tell(null, RenderState.Succeeded, 0), Is.Null);
        Assert.That(Tell(null, RenderState.Cancelled, 0), Is.TypeOf<VendorState.Cancelled>());
    }

    [TestCase(0, 0)]
    [TestCase(2.5, 25)]
    [TestCase(9.99, 99)]
    public void A_delay_holds_a_finished_render_back(double seconds, int percent) =>
        Assert.That(((VendorState.Running)Tell(new SimulatorScript(DelaySeconds: 10), RenderState.Succeeded, seconds)!).Percent, Is.EqualTo(percent));

    [Test]
    public void After_the_delay_it_is_delivered() => Assert.That(Tell(new SimulatorScript(DelaySeconds: 10), RenderState.Succeeded, 10), Is.Null);

    [Test]
    public void A_render_that_is_slower_than_the_delay_is_waited_for() =>
        Assert.That(Tell(new SimulatorScript(DelaySeconds: 1), RenderState.Running, 10, percent: 30), Is.EqualTo(new VendorState.Running(30, "frame_generation")));

    [Test]
    public void The_next_look_comes_when_the_delay_ends() =>
        Assert.That(((VendorState.Running)Tell(new SimulatorScript(DelaySeconds: 1), RenderState.Succeeded, 0.9)!).LookAgainIn, Is.EqualTo(TimeSpan.FromSeconds(0.1)));

    [Test]
    public void A_stall_climbs_to_its_place_and_stays()
    {
        var script = new SimulatorScript(StallAtPercent: 40);
        Assert.That(((VendorState.Running)Tell(script, RenderState.Queued, 0.2)!).Percent, Is.EqualTo(20));
        Assert.That(((VendorState.Running)Tell(script, RenderState.Queued, 86_400)!).Percent, Is.EqualTo(40));
    }

    [Test]
    public void A_failure_strikes_at_its_place()
    {
        var script = new SimulatorScript(DelaySeconds: 10, FailWith: "content_rejected", FailAtPercent: 50);
        Assert.That(((VendorState.Running)Tell(script, RenderState.Queued, 4.9)!).Percent, Is.EqualTo(49));
        Assert.That(((VendorState.Failed)Tell(script, RenderState.Queued, 5)!).Refusal.Kind, Is.EqualTo(RefusalKind.Content));
    }

    [TestCase("input_rejected", RefusalKind.Input)]
    [TestCase("content_rejected", RefusalKind.Content)]
    [TestCase("provider_unavailable", RefusalKind.Unavailable)]
    [TestCase("provider_lost_job", RefusalKind.Lost)]
    [TestCase("rate_limited", RefusalKind.RateLimited)]
    [TestCase("provider_failed", RefusalKind.Failed)]
    [TestCase("no_such_code", RefusalKind.Failed)]
    public void Any_code_can_be_asked_for(string code, RefusalKind kind) =>
        Assert.That(((VendorState.Failed)Tell(new SimulatorScript(FailWith: code), RenderState.Queued, 0)!).Refusal.Kind, Is.EqualTo(kind));

    [TestCase(0, 0, 9, true)]
    [TestCase(10, 0, 14, false)]
    [TestCase(10, 0, 15, true)]
    [TestCase(10, 1.1, 11, true)]
    [TestCase(10, 1.1, 10, false)]
    public void Progress_is_told_in_steps_of_five_percent_or_a_second(int told, double since, int percent, bool expected) =>
        Assert.That(RenderProgress.IsWorthTelling(told, "frame_generation", TimeSpan.FromSeconds(since), percent, "frame_generation"), Is.EqualTo(expected));

    static VendorState? Tell(SimulatorScript? script, RenderState state, double seconds, int percent = 100) => RenderTimeline.At(new RenderRow(
        Guid.Empty, new RenderOrder(Guid.Empty, "simulator", "video", JsonElement.Parse("{}"), [], script, Born.AddHours(1)), state, 1, percent,
        RenderProgress.StepAt(percent), Refusal: null, [], Node: null, 0, Answer: null, Born, Born.AddSeconds(seconds)));
}
