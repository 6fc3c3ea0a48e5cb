using MassTransit;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Testing;

namespace VideoGen.Accounts.Tests.Credits;

public sealed class Settling_holds
{
    AccountsApplication _accounts = null!;
    System.Collections.Concurrent.ConcurrentQueue<HoldLost> _lost = null!;
    System.Collections.Concurrent.ConcurrentQueue<CreditsCaptured> _captured = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _accounts = await AccountsApplication.StartAsync();
        _lost = await _accounts.ListenAsync<HoldLost>();
        _captured = await _accounts.ListenAsync<CreditsCaptured>();
    }

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task A_capture_takes_the_price_and_gives_the_rest_back_however_often_it_comes()
    {
        var (account, job) = await HeldAsync(100);
        await _accounts.SendAsync(new ConfirmHold(job, account));
        await FiveTimesAsync(new CaptureCredits(job, account, 70));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:100 capture:70 release:30"));
        Assert.That(await _accounts.CreditsAsync(account), Is.EqualTo(new CreditsView(430, 0, 500)));
    }

    [Test]
    public async Task A_capture_of_nothing_and_of_everything_is_one_movement()
    {
        var (account, job) = await HeldAsync(10);
        await FiveTimesAsync(new CaptureCredits(job, account, 0));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:10 release:10"));

        (account, job) = await HeldAsync(10);
        await FiveTimesAsync(new CaptureCredits(job, account, 10));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:10 capture:10"));
    }

    [Test]
    public async Task A_capture_never_takes_more_than_is_held()
    {
        var (account, job) = await HeldAsync(10);
        await FiveTimesAsync(new CaptureCredits(job, account, 11));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:10 capture:10"));
    }

    [Test]
    public async Task A_release_gives_everything_back_however_often_it_comes()
    {
        var (account, job) = await HeldAsync(100);
        await _accounts.SendAsync(new ConfirmHold(job, account));
        await FiveTimesAsync(new ReleaseCredits(job, account, "provider_failed"));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:100 release:100"));
        Assert.That((await _accounts.LedgerAsync(account))[^1].Reason, Is.EqualTo("provider_failed"));
    }

    [Test]
    public async Task The_first_end_stands_whatever_comes_after_it()
    {
        var (account, job) = await HeldAsync(50);
        await FiveTimesAsync(new ReleaseCredits(job, account, "cancelled"));
        await FiveTimesAsync(new CaptureCredits(job, account, 50));
        await FiveTimesAsync(new ConfirmHold(job, account));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:50 release:50"));
    }

    [Test]
    public async Task A_confirmed_hold_does_not_expire_and_can_not_be_dropped()
    {
        var (account, job) = await HeldAsync(50);
        await FiveTimesAsync(new ConfirmHold(job, account));
        Assert.That(await (await _accounts.Inside.DeleteAsync($"/internal/holds/{job}")).RefusalAsync(), Is.EqualTo("409 conflict"));

        // A hold that expires after it shows that the sweep has passed.
        await _accounts.Database.ExecuteAsync("update holds set expires_at = now() - interval '1 hour' where job_id = $1", job);
        var (otherAccount, _) = await ExpiredAsync(10);
        Assert.That((await _accounts.CreditsAsync(otherAccount)).Held, Is.Zero);
        Assert.That((await _accounts.CreditsAsync(account)).Held, Is.EqualTo(50));
    }

    [Test]
    public async Task Confirming_an_expired_hold_takes_the_credits_again()
    {
        var (account, job) = await ExpiredAsync(100);
        await FiveTimesAsync(new ConfirmHold(job, account));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:100 release:100 hold:100"));
        await FiveTimesAsync(new CaptureCredits(job, account, 60));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:100 release:100 hold:100 capture:60 release:40"));
        Assert.That(_lost.Select(lost => lost.JobId), Does.Not.Contain(job));
    }

    [Test]
    public async Task Confirming_an_expired_hold_whose_credits_are_gone_loses_it_for_good()
    {
        var (account, job) = await ExpiredAsync(400);
        var other = Guid.CreateVersion7();
        await (await _accounts.HoldAsync(other, account, 200)).ReadAsync<HoldAnswer>();
        await _accounts.SendAsync(new ConfirmHold(job, account));
        await Eventually.ThatAsync(() => _lost.Contains(new HoldLost(job, account)));

        // The credits come back, but the job has been told.
        await FiveTimesAsync(new ReleaseCredits(other, account, "cancelled"));
        await FiveTimesAsync(new ConfirmHold(job, account));
        await FiveTimesAsync(new CaptureCredits(job, account, 400));
        Assert.That(await _accounts.CreditsAsync(account), Is.EqualTo(new CreditsView(500, 0, 500)));
    }

    [Test]
    public async Task A_release_that_overtakes_the_confirmation_of_an_expired_hold_stands()
    {
        var (account, job) = await ExpiredAsync(100);
        await FiveTimesAsync(new ReleaseCredits(job, account, "cancelled"));
        await FiveTimesAsync(new ConfirmHold(job, account));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:100 release:100"));
    }

    [Test]
    public async Task A_capture_that_overtakes_the_confirmation_of_an_expired_hold_is_paid()
    {
        var (account, job) = await ExpiredAsync(100);
        await FiveTimesAsync(new CaptureCredits(job, account, 60));
        await FiveTimesAsync(new ConfirmHold(job, account));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:100 release:100 hold:60 capture:60"));
    }

    [Test]
    public async Task Commands_for_another_accounts_job_or_an_unknown_one_move_nothing()
    {
        var (account, job) = await HeldAsync(100);
        var stranger = await _accounts.OpenAccountAsync();
        await FiveTimesAsync(new CaptureCredits(job, stranger, 100));
        await FiveTimesAsync(new ReleaseCredits(job, stranger, "x"));
        await _accounts.SendAsync(new ConfirmHold(job, stranger));
        await Eventually.ThatAsync(() => _lost.Contains(new HoldLost(job, stranger)));
        await FiveTimesAsync(new CaptureCredits(Guid.CreateVersion7(), account, 1));
        Assert.That(await _accounts.StoryAsync(stranger), Is.Empty);
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:100"));
    }

    [Test]
    public async Task A_hold_that_comes_later_than_its_release_is_refused()
    {
        var (account, job) = (await _accounts.OpenAccountAsync(), Guid.CreateVersion7());
        await FiveTimesAsync(new ReleaseCredits(job, account, "submit_abandoned"));
        Assert.That(await (await _accounts.HoldAsync(job, account, 100)).RefusalAsync(), Is.EqualTo("409 conflict"));

        var dropped = Guid.CreateVersion7();
        for (var time = 0; time < 2; time++)
        {
            using var answer = await _accounts.Inside.DeleteAsync($"/internal/holds/{dropped}?account_id={account}");
            Assert.That((int)answer.StatusCode, Is.EqualTo(204));
        }
        Assert.That(await (await _accounts.HoldAsync(dropped, account, 100)).RefusalAsync(), Is.EqualTo("409 conflict"));
        Assert.That(await _accounts.StoryAsync(account), Is.Empty);
    }

    [Test]
    public async Task Every_capture_is_told_however_it_went()
    {
        var (account, job) = await HeldAsync(100);
        await FiveTimesAsync(new CaptureCredits(job, account, 60));
        await Eventually.ThatAsync(() => _captured.Contains(new CreditsCaptured(job, account)));
        Assert.That((await _accounts.CreditsAsync(account)).Held, Is.Zero, "the account shows it by then");
        var unknown = Guid.CreateVersion7();
        await _accounts.SendAsync(new CaptureCredits(unknown, account, 1));
        await Eventually.ThatAsync(() => _captured.Contains(new CreditsCaptured(unknown, account)));
    }

    [Test]
    public async Task A_hold_of_nothing_is_confirmed_and_settled_without_a_movement()
    {
        var (account, job) = await HeldAsync(0);
        await FiveTimesAsync(new ConfirmHold(job, account));
        await FiveTimesAsync(new CaptureCredits(job, account, 0));
        Assert.That(await _accounts.StoryAsync(account), Is.Empty);
        Assert.That(_lost.Select(lost => lost.JobId), Does.Not.Contain(job));
    }

    [TearDown]
    public async Task The_books_are_in_order() =>
        Assert.That((await _accounts.CheckLedgerAsync()).Checks.Where(check => !check.Passed), Is.Empty);

    async Task<(Guid Account, Guid Job)> HeldAsync(long amount)
    {
        var (account, job) = (await _accounts.OpenAccountAsync(), Guid.CreateVersion7());
        await (await _accounts.HoldAsync(job, account, amount)).ReadAsync<HoldAnswer>();
        return (account, job);
    }

    async Task<(Guid Account, Guid Job)> ExpiredAsync(long amount)
    {
        var (account, job) = await HeldAsync(amount);
        await _accounts.Database.ExecuteAsync("update holds set expires_at = now() - interval '1 second' where job_id = $1", job);
        await Eventually.ThatAsync(async () => (await _accounts.CreditsAsync(account)).Held == 0);
        return (account, job);
    }

    /// <summary>Sends it five times at once, three of them as the same message; returns when all were handled.</summary>
    async Task FiveTimesAsync<T>(T message) where T : class
    {
        var id = NewId.NextGuid();
        var before = await HandledAsync();
        foreach (var messageId in new[] { id, id, id, NewId.NextGuid(), NewId.NextGuid() }) await _accounts.SendAsync(message, messageId);
        await Eventually.ThatAsync(async () => await HandledAsync() >= before + 3);
    }

    Task<long> HandledAsync() => _accounts.Database.ScalarAsync<long>("select count(*) from inbox");
}
