using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Submit;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Submit;

/// <summary>Between the hold and the commit the process is gone: its session lock is free, and nothing more is heard of it.</summary>
[TestFixture]
public sealed class Submits_whose_process_died
{
    const string Body = """{"model":"wan","input":{"prompt":"a cat"}}""";

    JobsApplication _app = null!;
    TaskCompletionSource _gate = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("died");

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [TearDown]
    public void Open()
    {
        _app.Others.AfterHold = () => Task.CompletedTask;
        _gate.TrySetResult();
    }

    [Test]
    public async Task Are_taken_over_by_the_repetition_which_may_use_their_credits()
    {
        await using var dying = await _app.AnotherAsync();
        var account = _app.Account();
        _app.Others.Credits[account.Id] = 10; // enough for one
        var (dead, abandoned) = await DieAsync(dying, account, "taken");

        var waited = Stopwatch.StartNew();
        var job = await account.SubmitAsync(System.Text.Json.JsonSerializer.Deserialize<object>(Body), "taken");
        Assert.Multiple(async () =>
        {
            Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
            Assert.That(job.Id, Is.Not.EqualTo(abandoned));
            Assert.That(HeldFor(account), Is.EqualTo(new[] { job.Id }));
            Assert.That((await _app.Bus.WaitForAsync<ReleaseCredits>(abandoned)).Reason, Is.EqualTo("submit_abandoned"));
        });
        // It was not dead after all: it makes no second job, and has the other's answer.
        _gate.SetResult();
        using var late = await dead;
        Assert.That((await TestAccount.ReadAsync<JobView>(late)).Id, Is.EqualTo(job.Id));
        Assert.That(await JobsAsync(account), Is.EqualTo(1));
    }

    [TestCase("nobody-came-back")]
    [TestCase(null)]
    public async Task Are_cleared_up_when_nobody_comes_back(string? key)
    {
        await using var dying = await _app.AnotherAsync();
        var account = _app.Account();
        var (dead, abandoned) = await DieAsync(dying, account, key);
        await _app.Bus.WaitForAsync<ReleaseCredits>(abandoned);
        Assert.That(await MarkersAsync(account), Is.Zero);
        _gate.SetResult();
        using var late = await dead;
        // With a key it has tried anew; without one nobody knows of it, and it must not be made.
        Assert.That((int)late.StatusCode, Is.EqualTo(key is null ? 503 : 202));
        Assert.That(await JobsAsync(account), Is.EqualTo(key is null ? 0 : 1));
    }

    [Test]
    public async Task A_process_that_lives_keeps_its_submits()
    {
        var account = _app.Account();
        _gate = new TaskCompletionSource();
        _app.Others.AfterHold = () => _gate.Task;
        var calls = _app.Others.Holds.Count;
        var slow = account.PostAsync(Body, "alive");
        await Eventually.ThatAsync(() => _app.Others.Holds.Count > calls);
        await _app.Database.ExecuteAsync("update idempotency_key set created_at = now() - interval '1 minute'");
        await using (var scope = _app.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<AbandonedSubmits>().RunAsync(CancellationToken.None);
        Assert.That(await MarkersAsync(account), Is.EqualTo(1));
        _gate.SetResult();
        using var answer = await slow;
        Assert.That((int)answer.StatusCode, Is.EqualTo(202));
    }

    Guid[] HeldFor(TestAccount account) =>
        [.. _app.Others.Holds.Where(hold => hold.Value.AccountId == account.Id).Select(hold => hold.Key)];

    Task<long> MarkersAsync(TestAccount account) =>
        _app.Database.ScalarAsync<long>("select count(*) from idempotency_key where account_id = $1", account.Id);

    Task<long> JobsAsync(TestAccount account) =>
        _app.Database.ScalarAsync<long>("select count(*) from job where account_id = $1", account.Id);

    /// <summary>A submit that holds its credits when the session that says that its process lives is ended.</summary>
    /// <returns>The request, which goes on when the gate is opened, and the job that it would have made.</returns>
    async Task<(Task<HttpResponseMessage> Answer, Guid JobId)> DieAsync(JobsApplication dying, TestAccount account, string? key)
    {
        var gate = _gate = new TaskCompletionSource();
        var held = 0;
        _app.Others.AfterHold = () => Interlocked.Increment(ref held) == 1 ? gate.Task : Task.CompletedTask;
        var answer = dying.Account(id: account.Id).PostAsync(Body, key);
        await Eventually.ThatAsync(() => Volatile.Read(ref held) == 1);
        var job = HeldFor(account).Single();
        var ended = await _app.Database.ScalarAsync<bool>("""
            select pg_terminate_backend(pid) from pg_locks
            where locktype = 'advisory' and mode = 'ExclusiveLock' and objsubid = 1
              and (classid::bigint << 32) + objid::bigint = (select process from idempotency_key where owner = $1)
            """, job);
        Assert.That(ended, Is.True, "the process had its lock");
        return (answer, job);
    }
}
