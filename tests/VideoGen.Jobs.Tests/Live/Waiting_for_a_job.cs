using System.Diagnostics;
using VideoGen.Jobs.Live;

namespace VideoGen.Jobs.Tests.Live;

[TestFixture]
public sealed class Waiting_for_a_job
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    readonly Guid _account = Guid.NewGuid();
    readonly Guid _job = Guid.NewGuid();
    readonly JobSignals _signals = new(TimeProvider.System);

    [Test]
    public async Task Returns_when_a_newer_version_is_announced()
    {
        var job = Guid.NewGuid();
        var waiting = _signals.WaitAsync(job, 3, Long, CancellationToken.None);
        _signals.Announce(_account, job, 3);
        Assert.That(waiting.IsCompleted, Is.False, "the version known already is no news");
        _signals.Announce(_account, job, 4);
        await waiting.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Test]
    public async Task Returns_at_once_when_the_news_came_between_the_read_and_the_wait()
    {
        _signals.Announce(_account, _job, 9);
        await _signals.WaitAsync(_job, 8, Long, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Test]
    public async Task Returns_at_the_time_out()
    {
        var watch = Stopwatch.StartNew();
        await _signals.WaitAsync(Guid.NewGuid(), 1, TimeSpan.FromMilliseconds(100), CancellationToken.None);
        Assert.That(watch.Elapsed, Is.GreaterThan(TimeSpan.FromMilliseconds(80)));
    }

    [Test]
    public void A_caller_that_leaves_is_an_exception()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = _signals.WaitAsync(Guid.NewGuid(), 1, Long, cancel.Token);
        cancel.Cancel();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_signal_between_two_waits_of_a_watch_is_kept_and_two_are_one()
    {
        var job = Guid.NewGuid();
        using var watch = _signals.Observe(job);
        _signals.Announce(_account, job, 1);
        _signals.Announce(_account, job, 2);
        Assert.That(await watch.WaitAsync(Long, TimeProvider.System, CancellationToken.None), Is.True);
        Assert.That(await watch.WaitAsync(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None), Is.False);
    }

    [Test]
    public async Task A_thousand_waiters_come_and_go_while_others_announce()
    {
        var jobs = Enumerable.Range(0, 10).Select(_ => Guid.NewGuid()).ToArray();
        var version = 0L;
        using var stop = new CancellationTokenSource();
        var announcing = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested) foreach (var job in jobs) _signals.Announce(_account, job, Interlocked.Increment(ref version));
        });
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(n => Task.Run(() => _signals.WaitAsync(jobs[n % 10], 100, Long, CancellationToken.None))))
            .WaitAsync(TimeSpan.FromSeconds(20));
        await stop.CancelAsync();
        await announcing;
    }
}
