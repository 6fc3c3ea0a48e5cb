using VideoGen.Egress;
using VideoGen.Jobs.Webhooks;

namespace VideoGen.Jobs.Tests.Webhooks;

[TestFixture]
public sealed class Deciding_after_an_attempt
{
    static readonly WebhookOptions Usual = new();

    static EgressReply Reply(int? status, TimeSpan? retryAfter = null) => new(status, retryAfter, ReadOnlyMemory<byte>.Empty,
        status is >= 200 and < 300 ? null : new EgressFailure(status is null ? EgressFailureKind.TimedOut : EgressFailureKind.BadStatus, "no", status));

    [TestCase(200)]
    [TestCase(204)]
    [TestCase(299)]
    public void Any_2xx_is_delivered(int status) =>
        Assert.That(DeliveryDecision.After(Reply(status), 1, Usual, 0.5), Is.EqualTo(new DeliveryDecision("delivered", null, false)));

    [TestCase(301)]
    [TestCase(302)]
    [TestCase(400)]
    [TestCase(404)]
    [TestCase(500)]
    [TestCase(null)]
    public void Anything_else_is_tried_again(int? status) =>
        Assert.That(DeliveryDecision.After(Reply(status), 1, Usual, 0.5), Is.EqualTo(new DeliveryDecision("pending", TimeSpan.FromSeconds(5), false)));

    [Test]
    public void Gone_ends_it_at_once() =>
        Assert.That(DeliveryDecision.After(Reply(410), 1, Usual, 0.5), Is.EqualTo(new DeliveryDecision("failed", null, true)));

    [Test]
    public void Ten_attempts_over_75_hours_and_35_minutes()
    {
        var waits = Enumerable.Range(1, 9).Select(attempts => DeliveryDecision.After(Reply(500), attempts, Usual, 0.5).Wait!.Value).ToList();
        Assert.That(waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait), Is.EqualTo(new TimeSpan(75, 35, 5)));
        Assert.That(DeliveryDecision.After(Reply(500), 10, Usual, 0.5), Is.EqualTo(new DeliveryDecision("failed", null, false)));
    }

    [TestCase(0, 4)]
    [TestCase(1, 6)]
    public void Jitter_is_a_fifth_to_either_side(double chance, double seconds) =>
        Assert.That(DeliveryDecision.After(Reply(500), 1, Usual, chance).Wait!.Value.TotalSeconds, Is.EqualTo(seconds).Within(0.001));

    [TestCase(1, 5)]
    [TestCase(12, 12)]
    [TestCase(86400, 20)]
    public void Retry_after_counts_between_once_and_four_times_the_wait(int asked, double seconds) =>
        Assert.That(DeliveryDecision.After(Reply(429, TimeSpan.FromSeconds(asked)), 1, Usual, 0.5).Wait!.Value.TotalSeconds, Is.EqualTo(seconds));
}
