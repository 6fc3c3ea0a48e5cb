using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.DueWorkTests;

/// <summary>A process that schedules work and has a free place for it holds the row from the start.</summary>
public sealed class Work_that_begins_where_it_is_scheduled
{
    const int Places = 3;

    Script _script = null!;
    DurableApplication _app = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _script = new Script();
        _app = await DurableApplication.StartAsync(new(Services: services =>
            services.AddSingleton(_script).AddDueWork<ScriptedHandler>("task", due => due.Concurrency = Places)));
        // The loop is there when it has run something.
        await ScheduleAsync(Guid.NewGuid());
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "the loop runs");
        _script.Runs.Clear();
    }

    [TearDown]
    public async Task StopAsync() => await _app.DisposeAsync();

    [Test]
    public async Task Is_written_with_its_lease_and_runs_once()
    {
        var ids = new List<Guid>();
        await Eventually.ThatAsync(() => IsTakenAsync(ids), because: "a place is free");
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "it is done");
        Assert.That(_script.Runs.Select(run => (run.Id, run.Attempts)), Is.EquivalentTo(ids.Select(id => (id, 1))));
    }

    [Test]
    public async Task Gives_its_place_back_when_nothing_comes_of_it()
    {
        for (var undone = 0; undone < 3 * Places; undone++)
        {
            Assert.That(async () => await _app.TransactAsync(async (work, services) =>
            {
                await services.GetRequiredService<DueWork>().ScheduleAsync(work, "task", Guid.NewGuid(), TimeSpan.Zero);
                throw new InvalidOperationException("undone");
            }), Throws.InvalidOperationException);
        }
        var ids = new List<Guid>();
        await Eventually.ThatAsync(() => IsTakenAsync(ids), because: "a place is free");
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "it is done");
        Assert.That(_script.Runs.Select(run => run.Id), Is.EquivalentTo(ids));
    }

    [Test]
    public async Task Waits_for_a_place_where_there_are_fewer_and_no_more_run_at_once()
    {
        var ids = Enumerable.Range(0, 5 * Places).Select(_ => Guid.NewGuid()).ToList();
        var (running, most) = (0, 0);
        _script.On = async (_, ct) =>
        {
            var now = Interlocked.Increment(ref running);
            lock (ids) most = Math.Max(most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return DueWorkResult.Done;
        };
        await _app.TransactAsync((work, services) =>
            services.GetRequiredService<DueWork>().ScheduleManyAsync(work, "task", [.. ids.Select(id => (id, (object?)null))], TimeSpan.Zero));
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "all are done");
        Assert.That(_script.Runs.Select(run => run.Id), Is.EquivalentTo(ids));
        Assert.That(most, Is.InRange(1, Places));
    }

    [Test]
    public async Task Is_not_taken_twice_when_it_is_scheduled_again_while_it_runs()
    {
        var id = Guid.NewGuid();
        var (goOn, running) = (new TaskCompletionSource(), 0);
        _script.On = async (_, ct) =>
        {
            Assert.That(Interlocked.Increment(ref running), Is.EqualTo(1), "one run at a time");
            await goOn.Task.WaitAsync(ct);
            Interlocked.Decrement(ref running);
            return DueWorkResult.Done;
        };
        await ScheduleAsync(id);
        await Eventually.ThatAsync(() => _script.Runs.Count == 1, because: "it runs");
        for (var again = 0; again < 2 * Places; again++) await ScheduleAsync(id);
        goOn.SetResult();
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "it is done");
        Assert.That(_script.Runs, Has.Count.EqualTo(2), "once more, for all who asked while it ran");
    }

    [Test]
    public async Task Does_not_overtake_work_that_waits_for_a_place()
    {
        const int Each = 40;
        var (goOn, isRefilling) = (new TaskCompletionSource(), 0);
        var old = Enumerable.Range(0, Each).Select(_ => Guid.NewGuid()).ToList();
        _script.On = async (_, ct) =>
        {
            await goOn.Task.WaitAsync(ct);
            // As busy as a process gets: whoever ends leaves something new.
            if (Interlocked.Increment(ref isRefilling) <= Each) await ScheduleAsync(Guid.NewGuid());
            return DueWorkResult.Done;
        };
        foreach (var id in old) await ScheduleAsync(id);
        await Eventually.ThatAsync(() => _script.Runs.Count == Places, because: "every place is taken");
        goOn.SetResult();
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "all are done");
        var order = _script.Runs.Select(run => run.Id).ToList();
        Assert.That(order, Has.Count.EqualTo(2 * Each));
        Assert.That(old.Max(order.IndexOf), Is.LessThan(Each + 2 * Places));
    }

    /// <summary>Schedules one more; false when the loop had the places in hand just then, to ask for waiting work.</summary>
    async Task<bool> IsTakenAsync(List<Guid> ids)
    {
        var (id, isTaken) = (Guid.NewGuid(), false);
        await _app.TransactAsync(async (work, services) =>
        {
            await services.GetRequiredService<DueWork>().ScheduleAsync(work, "task", id, TimeSpan.Zero);
            await using var held = work.Command(
                "select count(*) from due_work where id = $1 and lease is not null and due_at > now() and attempts = 1", id);
            isTaken = (long)(await held.ExecuteScalarAsync())! == 1;
            Assert.That(_script.Runs.Any(run => run.Id == id), Is.False, "nothing begins before the commit");
        });
        ids.Add(id);
        return isTaken;
    }

    Task ScheduleAsync(Guid id) =>
        _app.TransactAsync((work, services) => services.GetRequiredService<DueWork>().ScheduleAsync(work, "task", id, TimeSpan.Zero));
}
