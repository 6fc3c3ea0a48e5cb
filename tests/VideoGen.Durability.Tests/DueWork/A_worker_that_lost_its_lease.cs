using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.DueWorkTests;

public sealed class A_worker_that_lost_its_lease
{
    static readonly DueWorkKind Kind = new("task", typeof(ScriptedHandler), new DueWorkOptions { Lease = TimeSpan.FromMilliseconds(400) });

    [Test]
    public async Task Is_replaced_when_the_lease_ends_and_its_late_completion_changes_nothing()
    {
        var id = Guid.NewGuid();
        await using var app = await DurableApplication.StartAsync(new()); // no handler: this test plays the workers
        await app.TransactAsync((work, services) => services.GetRequiredService<DueWork>().ScheduleAsync(work, "task", id, TimeSpan.Zero));

        var dead = (await DueWorkStore.ClaimAsync(app.Database, Kind, 5, default)).Claims.Single().Item;
        Assert.That((await DueWorkStore.ClaimAsync(app.Database, Kind, 5, default)).Claims, Is.Empty, "a held row is not given out");
        DueWorkItem? next = null;
        await Eventually.ThatAsync(async () => (next = (await DueWorkStore.ClaimAsync(app.Database, Kind, 5, default)).Claims.SingleOrDefault()?.Item) is not null, because: "the lease ended");
        Assert.That(next!.Attempts, Is.EqualTo(2));
        Assert.That(await app.CountAsync("due_work where failures = 1"), Is.EqualTo(1), "a crash counts as a failure");

        Assert.That(await DueWorkStore.ExtendAsync(app.Database, dead, TimeSpan.FromMinutes(1), default), Is.False);
        Assert.That(await DueWorkStore.CompleteAsync(app.Database, dead, default), Is.False);
        Assert.That(await DueWorkStore.AgainAsync(app.Database, dead, TimeSpan.Zero, default), Is.False);
        Assert.That(async () => await app.TransactAsync(async (work, _) =>
        {
            await work.EffectAsync(id, "late");
            await dead.CompleteAsync(work);
        }), Throws.InstanceOf<LeaseLostException>());
        await app.TransactAsync(async (work, _) =>
        {
            await work.EffectAsync(id, "effect");
            await next.CompleteAsync(work);
        });
        Assert.That(await app.CountAsync("effect"), Is.EqualTo(1));
        Assert.That(await app.CountAsync("effect where what = 'effect'"), Is.EqualTo(1));
        Assert.That(await app.CountAsync("due_work"), Is.Zero);
    }

    [Test]
    public async Task In_an_own_transaction_that_rolls_back_the_work_runs_again_and_its_effect_is_there_once()
    {
        await using var app = await DurableApplication.StartAsync(new(Services: services =>
            services.AddDueWork<OnceFailingHandler>("task", o => o.FirstBackoff = TimeSpan.FromMilliseconds(20))));
        await app.TransactAsync((work, services) => services.GetRequiredService<DueWork>().ScheduleAsync(work, "task", Guid.NewGuid(), TimeSpan.Zero));
        await Eventually.ThatAsync(async () => await app.CountAsync("due_work") == 0, because: "the work is done");
        Assert.That(await app.CountAsync("effect"), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_processes_share_the_work_without_doing_any_twice()
    {
        var (first, second) = (new Script(), new Script());
        await using var one = await DurableApplication.StartAsync(new(Services: s => s.AddSingleton(first).AddDueWork<ScriptedHandler>("task")));
        await using var two = await DurableApplication.StartAsync(new(Services: s => s.AddSingleton(second).AddDueWork<ScriptedHandler>("task"), Schema: one.Schema));
        first.On = second.On = async (_, ct) => { await Task.Delay(20, ct); return DueWorkResult.Done; }; // longer together than the other's poll
        await one.TransactAsync(async (work, services) =>
        {
            for (var i = 0; i < 300; i++) await services.GetRequiredService<DueWork>().ScheduleAsync(work, "task", Guid.NewGuid(), TimeSpan.Zero);
        });
        await Eventually.ThatAsync(async () => await one.CountAsync("due_work") == 0, because: "all is done");
        var runs = first.Runs.Concat(second.Runs).Select(run => run.Id).ToList();
        Assert.That(runs, Has.Count.EqualTo(300).And.Unique);
        Assert.That((first.Runs.IsEmpty, second.Runs.IsEmpty), Is.EqualTo((false, false)));
    }

    internal sealed class OnceFailingHandler(UnitOfWork work) : IDueWorkHandler
    {
        public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
        {
            await work.BeginAsync(ct);
            await work.EffectAsync(item.Id, "effect");
            await item.CompleteAsync(work, ct);
            if (item.Attempts == 1) throw new InvalidOperationException("after completing, before the commit");
            await work.CommitAsync(ct);
            return DueWorkResult.Handled;
        }
    }
}
