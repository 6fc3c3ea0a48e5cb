using Microsoft.Extensions.Options;
using VideoGen.Jobs.Webhooks;

namespace VideoGen.Jobs.Tests.Webhooks;

[TestFixture]
public sealed class Sharing_places_between_endpoints
{
    static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);

    readonly DeliveryLanes _lanes = new(Options.Create(new WebhookOptions()), TimeProvider.System);

    async Task<int> EnterAsync(Guid lane, int times)
    {
        var entered = 0;
        for (var n = 0; n < times; n++) entered += await _lanes.EnterAsync(lane, CancellationToken.None) is null ? 1 : 0;
        return entered;
    }

    [Test]
    public async Task A_lane_has_four_places_and_gives_out_later_turns_one_after_another()
    {
        var lane = Guid.NewGuid();
        Assert.That(await EnterAsync(lane, 4), Is.EqualTo(4));

        var waits = new List<TimeSpan>();
        for (var n = 0; n < 10; n++) waits.Add((await _lanes.EnterAsync(lane, CancellationToken.None))!.Value);

        Assert.That(waits, Is.All.GreaterThan(TimeSpan.Zero));
        Assert.That(waits, Is.Ordered);
        Assert.That(await EnterAsync(Guid.NewGuid(), 1), Is.EqualTo(1), "another lane is not concerned");
    }

    [Test]
    public async Task A_lane_without_any_reply_narrows_to_one_place_until_the_first()
    {
        var lane = Guid.NewGuid();
        for (var n = 0; n < 3; n++)
        {
            await EnterAsync(lane, 1);
            _lanes.Leave(lane, TimeSpan.FromSeconds(15), answered: false);
        }
        Assert.That(await EnterAsync(lane, 3), Is.EqualTo(1));
        _lanes.Leave(lane, Quick, answered: true);
        Assert.That(await EnterAsync(lane, 4), Is.EqualTo(4));
    }

    [Test]
    public async Task In_a_quick_lane_a_few_wait_and_take_over_the_places_that_are_left()
    {
        var lane = Guid.NewGuid();
        Assert.That(await EnterAsync(lane, 4), Is.EqualTo(4));
        _lanes.Leave(lane, Quick, answered: true);
        Assert.That(await EnterAsync(lane, 1), Is.EqualTo(1));

        var first = _lanes.EnterAsync(lane, CancellationToken.None).AsTask();
        using var cancel = new CancellationTokenSource();
        var leaver = _lanes.EnterAsync(lane, cancel.Token).AsTask();
        var last = _lanes.EnterAsync(lane, CancellationToken.None).AsTask();
        await cancel.CancelAsync();
        Assert.That(async () => await leaver, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(first.IsCompleted || last.IsCompleted, Is.False);

        _lanes.Leave(lane, Quick, answered: true);
        Assert.That(await first.WaitAsync(TimeSpan.FromSeconds(5)), Is.Null);
        Assert.That(last.IsCompleted, Is.False);
        _lanes.Leave(lane, Quick, answered: true);
        Assert.That(await last.WaitAsync(TimeSpan.FromSeconds(5)), Is.Null, "the place was not given to the one who had left");
    }

    [Test]
    public async Task No_more_than_four_are_ever_inside_however_many_come()
    {
        var lane = Guid.NewGuid();
        var (inside, most, done) = (0, 0, 0);
        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, ct) =>
        {
            while (await _lanes.EnterAsync(lane, ct) is { } wait) await Task.Delay(wait, ct);
            var now = Interlocked.Increment(ref inside);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            Interlocked.Increment(ref done);
            _lanes.Leave(lane, TimeSpan.FromMilliseconds(1), answered: true);
        });
        Assert.That((done, inside), Is.EqualTo((400, 0)));
        Assert.That(most, Is.InRange(1, 4));
    }

    static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, seen) == seen) return;
        }
    }
}
