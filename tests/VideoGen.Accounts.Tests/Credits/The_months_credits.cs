using Microsoft.Extensions.DependencyInjection;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Accounts.Credits;
using VideoGen.Durability;
using VideoGen.Testing;

namespace VideoGen.Accounts.Tests.Credits;

public sealed class The_months_credits
{
    AccountsApplication _accounts = null!;

    [OneTimeSetUp]
    public async Task Start() => _accounts = await AccountsApplication.StartAsync();

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Expire_at_the_cycles_end_and_come_anew()
    {
        var account = await _accounts.OpenAccountAsync();
        await SpendAsync(account, 120);
        var before = await CycleEndAsync(account);
        await PassAsync(account, days: 32);
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:120 capture:120 expire:380 grant:500"));
        Assert.That(await _accounts.CreditsAsync(account), Is.EqualTo(new CreditsView(500, 0, 500)));
        Assert.That(await CycleEndAsync(account), Is.GreaterThan(DateTimeOffset.UtcNow).And.GreaterThan(before.AddDays(-32)));
    }

    [Test]
    public async Task Several_missed_cycles_are_turned_one_after_the_other()
    {
        var account = await _accounts.OpenAccountAsync();
        await PassAsync(account, days: 65);
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("expire:500 grant:500 expire:500 grant:500"));
        Assert.That(await _accounts.CreditsAsync(account), Is.EqualTo(new CreditsView(500, 0, 500)));
        Assert.That(await CycleEndAsync(account), Is.GreaterThan(DateTimeOffset.UtcNow));
    }

    [Test]
    public async Task Are_spent_before_an_operators_gift_which_stays()
    {
        var account = await _accounts.OpenAccountAsync();
        await (await _accounts.Operator.PostTextAsync($"/admin/v1/accounts/{account}/grants", """{"amount": 100, "reason": "sorry"}""")).ReadAsync<LedgerEntry>();
        await SpendAsync(account, 450);
        await PassAsync(account, days: 32);
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("grant:100 hold:450 capture:450 expire:50 grant:500"));
        Assert.That((await _accounts.CreditsAsync(account)).Available, Is.EqualTo(600));
    }

    [Test]
    public async Task That_are_held_outlive_the_cycle_and_can_still_be_captured()
    {
        var (account, job) = (await _accounts.OpenAccountAsync(), Guid.CreateVersion7());
        await (await _accounts.HoldAsync(job, account, 200)).ReadAsync<HoldAnswer>();
        await PassAsync(account, days: 32);
        Assert.That(await _accounts.CreditsAsync(account), Is.EqualTo(new CreditsView(500, 200, 500)));
        await _accounts.SendAsync(new CaptureCredits(job, account, 200));
        await Eventually.ThatAsync(async () => (await _accounts.CreditsAsync(account)).Held == 0);
        Assert.That(await _accounts.CreditsAsync(account), Is.EqualTo(new CreditsView(500, 0, 500)));
    }

    [Test]
    public async Task That_were_spared_by_a_hold_expire_after_it_is_given_back()
    {
        var (account, job) = (await _accounts.OpenAccountAsync(), Guid.CreateVersion7());
        await (await _accounts.HoldAsync(job, account, 200)).ReadAsync<HoldAnswer>();
        await PassAsync(account, days: 32);
        await _accounts.SendAsync(new ReleaseCredits(job, account, "cancelled"));
        await Eventually.ThatAsync(async () => (await _accounts.CreditsAsync(account)).Available == 700);
        await ComeDueAsync(ExpireCredits.Kind, account);
        await Eventually.ThatAsync(async () => (await _accounts.CreditsAsync(account)).Available == 500);
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:200 expire:300 grant:500 release:200 expire:200"));
    }

    [Test]
    public async Task A_gift_with_an_end_expires_then()
    {
        var account = await _accounts.OpenAccountAsync();
        var end = DateTimeOffset.UtcNow.AddSeconds(2).ToString("o");
        await (await _accounts.Operator.PostTextAsync($"/admin/v1/accounts/{account}/grants", $$"""{"amount": 100, "reason": "trial", "expires_at": "{{end}}"}""")).ReadAsync<LedgerEntry>();
        await Eventually.ThatAsync(async () => await _accounts.StoryAsync(account) == "grant:100 expire:100");
        Assert.That((await _accounts.LedgerAsync(account))[^1].Reason, Is.EqualTo("grant_expired"));
    }

    [TearDown]
    public async Task The_books_are_in_order() =>
        Assert.That((await _accounts.CheckLedgerAsync()).Checks.Where(check => !check.Passed), Is.Empty);

    async Task SpendAsync(Guid account, long amount)
    {
        var job = Guid.CreateVersion7();
        await (await _accounts.HoldAsync(job, account, amount)).ReadAsync<HoldAnswer>();
        await _accounts.SendAsync(new CaptureCredits(job, account, amount));
        await Eventually.ThatAsync(async () => (await _accounts.CreditsAsync(account)).Held == 0);
    }

    async Task<DateTimeOffset> CycleEndAsync(Guid account) =>
        (await (await _accounts.Inside.GetAsync($"/internal/accounts/{account}")).ReadAsync<AccountView>()).CycleEndsAt;

    /// <summary>Makes it that many days later for the account, and waits until its cycle ends in the future again.</summary>
    async Task PassAsync(Guid account, int days)
    {
        await _accounts.Database.ExecuteAsync(
            """
            update accounts set cycle_started_at = cycle_started_at - make_interval(days => $2), cycle_ends_at = cycle_ends_at - make_interval(days => $2),
                anchor_day = extract(day from (cycle_ends_at - make_interval(days => $2)) at time zone 'utc') where id = $1
            """, account, days);
        await _accounts.Database.ExecuteAsync("update grants set expires_at = expires_at - make_interval(days => $2) where account_id = $1", account, days);
        await using var scope = _accounts.Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync();
        await _accounts.Services.GetRequiredService<DueWork>().ScheduleAsync(work, TurnCycle.Kind, account, TimeSpan.Zero);
        await work.CommitAsync();
        await Eventually.ThatAsync(async () => await CycleEndAsync(account) > DateTimeOffset.UtcNow);
    }

    Task ComeDueAsync(string kind, Guid account) =>
        _accounts.Database.ExecuteAsync("update due_work set due_at = now() where kind = $1 and payload = to_jsonb($2::text)", kind, account.ToString());
}
