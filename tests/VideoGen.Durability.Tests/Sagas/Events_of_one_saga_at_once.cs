using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Sagas;

public sealed class Events_of_one_saga_at_once
{
    DurableApplication _app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _app = await DurableApplication.StartAsync(new(bus =>
        bus.AddSagaStateMachine<CountSaga, CountState>().DurableRepository("count")));

    [OneTimeTearDown]
    public ValueTask StopAsync() => _app.DisposeAsync();

    [Test]
    public async Task That_all_would_create_it_make_one_and_none_is_lost()
    {
        const int sagas = 10, events = 12;
        var ids = Enumerable.Range(0, sagas).Select(_ => Guid.NewGuid()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, events).SelectMany(_ => ids).Select(id => _app.Bus.Publish(new Counted(id))));
        await Eventually.ThatAsync(async () =>
            await _app.CountAsync("saga where kind = 'count' and id = any($1) and (state->>'count')::int = $2", ids, events) == sagas, because: "every event was counted");
        Assert.That(await _app.CountAsync("saga where id = any($1) and version = $2", ids, events), Is.EqualTo(sagas), "one version an event");
        Assert.That(_app.Logs.Lines, Is.Empty);
    }

    [Test]
    public async Task The_state_is_readable_by_sql_and_by_the_load_repository()
    {
        var id = Guid.NewGuid();
        await _app.PublishAsync(new Counted(id));
        await Eventually.ThatAsync(async () => await _app.CountAsync("saga where id = $1", id) == 1, because: "the saga is there");
        Assert.That(await _app.ScalarAsync<string>("select state->>'current_state' || ' ' || (state->>'mood') from saga where id = $1", id), Is.EqualTo("Counting very_busy"));
        var loaded = await _app.Services.GetRequiredService<ILoadSagaRepository<CountState>>().Load(id);
        Assert.That((loaded.Count, loaded.Mood), Is.EqualTo((1, Mood.VeryBusy)));
    }

    [Test]
    public async Task A_finished_saga_leaves_no_row_and_a_missing_one_is_discarded()
    {
        var id = Guid.NewGuid();
        await _app.PublishAsync(new Counted(id));
        await Eventually.ThatAsync(async () => await _app.CountAsync("saga where id = $1", id) == 1, because: "the saga is there");
        await _app.PublishAsync(new CountingEnded(id));
        await Eventually.ThatAsync(async () => await _app.CountAsync("saga where id = $1", id) == 0, because: "the saga is gone");
        await _app.PublishAsync(new CountingEnded(id));
        await Eventually.ThatAsync(async () => await _app.CountAsync("outbox") == 0, because: "the late event was sent");
        Assert.That(await _app.CountAsync("saga where id = $1", id), Is.Zero);
    }

    [Test]
    public async Task A_write_past_the_lock_is_noticed()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        var store = scope.ServiceProvider.GetRequiredService<SagaStore<CountState>>();
        var saga = new CountState { CorrelationId = Guid.NewGuid() };
        await work.BeginAsync();
        await store.InsertAsync(saga, default);
        await using (var steal = work.Command("update saga set version = 7 where id = $1", saga.CorrelationId)) await steal.ExecuteNonQueryAsync();
        Assert.That(async () => await store.UpdateAsync(saga, default), Throws.InstanceOf<ConcurrencyException>());
        Assert.That(async () => await store.InsertAsync(saga, default), Throws.InstanceOf<ConcurrencyException>());
        Assert.That(async () => await store.DeleteAsync(saga, default), Throws.InstanceOf<ConcurrencyException>());
    }
}

public sealed class Scheduled_messages
{
    DurableApplication _app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _app = await DurableApplication.StartAsync(new(bus =>
        bus.AddSagaStateMachine<CountSaga, CountState>().DurableRepository("count")));

    [OneTimeTearDown]
    public ValueTask StopAsync() => _app.DisposeAsync();

    [Test]
    public async Task Fire_when_due_once()
    {
        var id = Guid.NewGuid();
        var asked = DateTime.UtcNow;
        await _app.PublishAsync(new AlarmAsked(id, 300));
        await Eventually.ThatAsync(async () => await RingsAsync(id) == 1, because: "the alarm rang");
        var rang = await _app.ScalarAsync<DateTime>("select updated_at from saga where id = $1", id);
        Assert.That(rang - asked, Is.GreaterThan(TimeSpan.FromMilliseconds(290)), "not before its time");
        Assert.That(await ScheduledAsync(id), Is.Zero);
    }

    [Test]
    public async Task Are_removed_by_unscheduling()
    {
        var id = Guid.NewGuid();
        await _app.PublishAsync(new AlarmAsked(id, 3_600_000));
        await Eventually.ThatAsync(async () => await ScheduledAsync(id) == 1, because: "the alarm is scheduled");
        await _app.PublishAsync(new AlarmStopped(id));
        await Eventually.ThatAsync(async () => await _app.CountAsync("saga where id = $1 and state->'notes'->>'stopped' = 'yes'", id) == 1, because: "the saga stopped it");
        Assert.That(await _app.CountAsync("outbox where token is not null and convert_from(body, 'UTF8') like $1", $"%{id}%"), Is.Zero);
    }

    [Test]
    public async Task Are_replaced_by_scheduling_again()
    {
        var id = Guid.NewGuid();
        await _app.PublishAsync(new AlarmAsked(id, 3_600_000));
        await Eventually.ThatAsync(async () => await ScheduledAsync(id) == 1, because: "the alarm is scheduled");
        await _app.PublishAsync(new AlarmAsked(id, 200));
        await Eventually.ThatAsync(async () => await RingsAsync(id) == 1, because: "the alarm rang");
        Assert.That(await ScheduledAsync(id), Is.Zero, "the first is gone");
    }

    [Test]
    public async Task Survive_a_restart()
    {
        var id = Guid.NewGuid();
        await using var first = await DurableApplication.StartAsync(new(bus => bus.AddSagaStateMachine<CountSaga, CountState>().DurableRepository("count")));
        await first.PublishAsync(new AlarmAsked(id, 400));
        await Eventually.ThatAsync(async () => await first.CountAsync("outbox where token is not null") == 1, because: "the alarm is scheduled");
        await first.StopAsync();

        await using var second = await DurableApplication.StartAsync(
            new(bus => bus.AddSagaStateMachine<CountSaga, CountState>().DurableRepository("count"), Schema: first.Schema));
        await Eventually.ThatAsync(async () => await second.CountAsync("saga where id = $1 and state->>'rings' = '1'", id) == 1, because: "the alarm rang");
    }

    Task<long> RingsAsync(Guid id) => _app.CountAsync("saga where id = $1 and (state->>'rings')::int = 1", id);

    Task<long> ScheduledAsync(Guid id) => _app.CountAsync("outbox where token is not null and convert_from(body, 'UTF8') like $1", $"%{id}%");
}
