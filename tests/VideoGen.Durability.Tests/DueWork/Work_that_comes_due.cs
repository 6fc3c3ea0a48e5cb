using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.DueWorkTests;

public sealed class Work_that_comes_due
{
    DurableApplication _app = null!;
    Script _script = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _script = new Script();
        _app = await DurableApplication.StartAsync(new(Services: services => services.AddSingleton(_script)
            .AddDueWork<ScriptedHandler>("task", o =>
            {
                (o.Concurrency, o.Lease, o.FirstBackoff) = (3, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(50));
            })));
    }

    [TearDown]
    public ValueTask StopAsync() => _app.DisposeAsync();

    [Test]
    public async Task Runs_once_with_its_payload_and_leaves_no_row()
    {
        var id = Guid.NewGuid();
        await ScheduleAsync(id, TimeSpan.FromMilliseconds(100), new { Url = "http://x/", Try = 3 });
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "the work is done");
        var run = _script.Runs.Single();
        Assert.That((run.Id, run.Attempts, run.Payload.GetProperty("Url").GetString()), Is.EqualTo((id, 1, "http://x/")));
        Assert.That(run.PayloadAs<Shape>(), Is.EqualTo(new Shape("http://x/", 3)));
        Assert.That(_app.Metrics["videogen.due_work.run"], Is.EqualTo(1));
    }

    [Test]
    public async Task Is_started_at_once_by_the_process_that_schedules_it()
    {
        var id = Guid.NewGuid();
        var scheduled = DateTime.UtcNow;
        await ScheduleAsync(id, TimeSpan.Zero);
        await Eventually.ThatAsync(() => _script.Runs.Count == 1, because: "it ran");
        Assert.That(_script.Times.Single() - scheduled, Is.LessThan(TimeSpan.FromMilliseconds(900)), "without waiting for the poll of a second");
    }

    [Test]
    public async Task Scheduling_again_moves_it_and_keeps_its_payload()
    {
        var id = Guid.NewGuid();
        await ScheduleAsync(id, TimeSpan.FromHours(1), new Shape("kept", 1));
        await ScheduleAsync(id, TimeSpan.Zero);
        await Eventually.ThatAsync(() => _script.Runs.Count == 1, because: "it ran");
        Assert.That(_script.Runs.Single().PayloadAs<Shape>()!.Url, Is.EqualTo("kept"));
    }

    [Test]
    public async Task Work_of_a_transaction_that_rolled_back_never_runs()
    {
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
            await work.BeginAsync();
            await DueWork.ScheduleAsync(work, "task", Guid.NewGuid(), TimeSpan.Zero);
        }
        await ScheduleAsync(Guid.NewGuid(), TimeSpan.Zero);
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0 && _script.Runs.Count == 1, because: "only the other ran");
    }

    [Test]
    public async Task Cancelled_work_never_runs()
    {
        var id = Guid.NewGuid();
        await ScheduleAsync(id, TimeSpan.FromMilliseconds(300));
        await _app.TransactAsync((work, _) => DueWork.CancelAsync(work, "task", id));
        Assert.That(await _app.CountAsync("due_work"), Is.Zero);
    }

    [Test]
    public async Task Again_comes_due_again_and_counts_its_attempts()
    {
        _script.On = (item, _) => Task.FromResult(item.Attempts < 4 ? DueWorkResult.Again(TimeSpan.FromMilliseconds(20)) : DueWorkResult.Done);
        await ScheduleAsync(Guid.NewGuid(), TimeSpan.Zero);
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "the work is done");
        Assert.That(_script.Runs.Select(run => run.Attempts), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task An_exception_backs_off_and_tries_again()
    {
        _script.On = (item, _) => item.Attempts < 4 ? throw new InvalidOperationException("not yet") : Task.FromResult(DueWorkResult.Done);
        await ScheduleAsync(Guid.NewGuid(), TimeSpan.Zero);
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work where last_error like '%not yet%' and lease is null") == 1, because: "the error is noted");
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "the work is done");
        var waits = _script.Times.Zip(_script.Times.Skip(1), (a, b) => b - a).ToArray();
        Assert.That(waits[2], Is.GreaterThan(TimeSpan.FromMilliseconds(150)), "the third wait is four times the first, less 20 %");
        Assert.That(_app.Metrics["videogen.due_work.failed"], Is.EqualTo(3));
    }

    [Test]
    public async Task At_most_as_many_handlers_as_configured_run_at_once()
    {
        _script.On = async (_, ct) => { await Task.Delay(30, ct); return DueWorkResult.Done; };
        await _app.TransactAsync(async (work, _) =>
        {
            for (var i = 0; i < 20; i++) await DueWork.ScheduleAsync(work, "task", Guid.NewGuid(), TimeSpan.Zero);
        });
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "all is done");
        Assert.That((_script.Runs.Count, _script.MostAtOnce), Is.EqualTo((20, 3)));
    }

    [Test]
    public async Task The_lease_is_extended_while_a_long_handler_runs()
    {
        var gate = new TaskCompletionSource();
        _script.On = async (_, ct) => { await gate.Task.WaitAsync(ct); return DueWorkResult.Done; };
        await ScheduleAsync(Guid.NewGuid(), TimeSpan.Zero);
        await Eventually.ThatAsync(() => _script.Runs.Count == 1, because: "it runs");
        for (var extension = 0; extension < 2; extension++)
        {
            var end = await _app.ScalarAsync<DateTime>("select due_at from due_work");
            await Eventually.ThatAsync(async () => await _app.ScalarAsync<DateTime>("select due_at from due_work") > end, because: "the lease was extended");
        }
        gate.SetResult();
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "the work is done");
        Assert.That(_script.Runs, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Scheduled_again_while_it_runs_it_runs_again_after_it_ended()
    {
        var gate = new TaskCompletionSource();
        _script.On = async (item, ct) =>
        {
            if (_script.Runs.Count == 1) await gate.Task.WaitAsync(ct);
            return DueWorkResult.Done;
        };
        var id = Guid.NewGuid();
        await ScheduleAsync(id, TimeSpan.Zero, new Shape("first", 1));
        await Eventually.ThatAsync(() => _script.Runs.Count == 1, because: "it runs");
        await ScheduleAsync(id, TimeSpan.Zero, new Shape("second", 2));
        gate.SetResult();
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "all is done");
        Assert.That(_script.Runs.Select(run => run.PayloadAs<Shape>()!.Url), Is.EqualTo(new[] { "first", "second" }));
        Assert.That(_script.MostAtOnce, Is.EqualTo(1));
    }

    [Test]
    public async Task Cancelled_while_it_runs_the_handler_is_told()
    {
        var told = new TaskCompletionSource();
        _script.On = async (_, ct) =>
        {
            using var registration = ct.Register(told.SetResult);
            await Task.Delay(Timeout.Infinite, ct);
            return DueWorkResult.Done;
        };
        var id = Guid.NewGuid();
        await ScheduleAsync(id, TimeSpan.Zero);
        await Eventually.ThatAsync(() => _script.Runs.Count == 1, because: "it runs");
        await _app.TransactAsync((work, _) => DueWork.CancelAsync(work, "task", id));
        await told.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(await _app.CountAsync("due_work"), Is.Zero);
    }

    [Test]
    public async Task A_clean_stop_gives_the_work_back_at_once()
    {
        _script.On = async (_, ct) => { await Task.Delay(Timeout.Infinite, ct); return DueWorkResult.Done; };
        await ScheduleAsync(Guid.NewGuid(), TimeSpan.Zero);
        await Eventually.ThatAsync(() => _script.Runs.Count == 1, because: "it runs");
        await _app.StopAsync();
        Assert.That(await _app.CountAsync("due_work where lease is null and due_at <= now() and attempts = 0"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_handler_that_says_handled_without_completing_fails()
    {
        _script.On = (_, _) => Task.FromResult(_script.Runs.Count == 1 ? DueWorkResult.Handled : DueWorkResult.Done);
        await ScheduleAsync(Guid.NewGuid(), TimeSpan.Zero);
        await Eventually.ThatAsync(async () => await _app.CountAsync("due_work") == 0, because: "the second run did it");
        Assert.That(_app.Metrics["videogen.due_work.failed"], Is.EqualTo(1));
    }

    DueWork DueWork => _app.Services.GetRequiredService<DueWork>();

    Task ScheduleAsync(Guid id, TimeSpan delay, object? payload = null) =>
        _app.TransactAsync((work, _) => DueWork.ScheduleAsync(work, "task", id, delay, payload));

    sealed record Shape(string Url, int Try);
}

/// <summary>What the handler does, and what it saw.</summary>
internal sealed class Script
{
    readonly Lock _lock = new();
    int _now;

    public Func<DueWorkItem, CancellationToken, Task<DueWorkResult>> On { get; set; } = (_, _) => Task.FromResult(DueWorkResult.Done);
    public ConcurrentQueue<DueWorkItem> Runs { get; } = new();
    public ConcurrentQueue<DateTime> Times { get; } = new();
    public int MostAtOnce { get; private set; }

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        Times.Enqueue(DateTime.UtcNow);
        Runs.Enqueue(item);
        lock (_lock) MostAtOnce = Math.Max(MostAtOnce, ++_now);
        try
        {
            return await On(item, ct);
        }
        finally
        {
            lock (_lock) _now--;
        }
    }
}

internal sealed class ScriptedHandler(Script script) : IDueWorkHandler
{
    public Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct) => script.RunAsync(item, ct);
}
