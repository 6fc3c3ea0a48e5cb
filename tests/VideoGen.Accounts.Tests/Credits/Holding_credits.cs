using System.Net;
using System.Net.Http.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.Testing;

namespace VideoGen.Accounts.Tests.Credits;

public sealed class Holding_credits
{
    AccountsApplication _accounts = null!;

    [OneTimeSetUp]
    public async Task Start() => _accounts = await AccountsApplication.StartAsync();

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Sets_them_aside_and_tells_the_plans_limits()
    {
        var (account, job) = (await _accounts.OpenAccountAsync(), Guid.CreateVersion7());
        var answer = await (await _accounts.HoldAsync(job, account, 120)).ReadAsync<HoldAnswer>();
        Assert.That(answer, Is.EqualTo(new HoldAnswer(job, 120, 380, new JobLimits(3, 20, 0))));
        Assert.That(await _accounts.CreditsAsync(account), Is.EqualTo(new CreditsView(380, 120, 500)));
    }

    [Test]
    public async Task Answers_402_with_the_facts_and_holds_nothing_when_there_are_too_few()
    {
        var account = await _accounts.OpenAccountAsync();
        using var answer = await _accounts.HoldAsync(Guid.CreateVersion7(), account, 501);
        var problem = await answer.JsonAsync();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.PaymentRequired));
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("insufficient_credits"));
            Assert.That(problem.GetProperty("credits_required").GetInt64(), Is.EqualTo(501));
            Assert.That(problem.GetProperty("credits_available").GetInt64(), Is.EqualTo(500));
        });
        Assert.That(await _accounts.StoryAsync(account), Is.Empty);
    }

    [Test]
    public async Task The_same_request_again_and_a_hundred_times_at_once_makes_one_hold()
    {
        var (account, job) = (await _accounts.OpenAccountAsync(), Guid.CreateVersion7());
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ => await (await _accounts.HoldAsync(job, account, 40)).ReadAsync<HoldAnswer>()));
        Assert.That(answers.Distinct().Count(), Is.EqualTo(1));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:40"));
    }

    [Test]
    public async Task Another_amount_or_another_account_for_the_same_job_is_a_conflict()
    {
        var (account, other, job) = (await _accounts.OpenAccountAsync(), await _accounts.OpenAccountAsync(), Guid.CreateVersion7());
        await (await _accounts.HoldAsync(job, account, 40)).ReadAsync<HoldAnswer>();
        Assert.That(await (await _accounts.HoldAsync(job, account, 41)).RefusalAsync(), Is.EqualTo("409 conflict"));
        Assert.That(await (await _accounts.HoldAsync(job, other, 40)).RefusalAsync(), Is.EqualTo("409 conflict"));
        Assert.That((await _accounts.CreditsAsync(other)).Held, Is.Zero);
    }

    [Test]
    public async Task Sixty_four_clients_on_one_wallet_get_exactly_as_many_holds_as_it_pays_for()
    {
        var account = await _accounts.OpenAccountAsync();
        var taken = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 64), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (_, ct) =>
        {
            while (true)
            {
                using var answer = await _accounts.HoldAsync(Guid.CreateVersion7(), account, 7);
                if (answer.StatusCode == HttpStatusCode.PaymentRequired) return;
                Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
                Interlocked.Increment(ref taken);
            }
        });
        Assert.That(taken, Is.EqualTo(500 / 7));
        Assert.That(await _accounts.CreditsAsync(account), Is.EqualTo(new CreditsView(500 - (71 * 7), 71 * 7, 500)));
        Assert.That((await _accounts.CheckLedgerAsync()).Checks.Where(check => !check.Passed), Is.Empty);
    }

    [Test]
    public async Task A_hold_of_nothing_is_answered_and_leaves_the_ledger_alone()
    {
        var (account, job) = (await _accounts.OpenAccountAsync(), Guid.CreateVersion7());
        await (await _accounts.HoldAsync(job, account, 0)).ReadAsync<HoldAnswer>();
        await (await _accounts.HoldAsync(job, account, 0)).ReadAsync<HoldAnswer>();
        Assert.That(await _accounts.StoryAsync(account), Is.Empty);
    }

    [Test]
    public async Task A_hold_that_nobody_confirms_expires_by_itself()
    {
        var (account, job) = (await _accounts.OpenAccountAsync(), Guid.CreateVersion7());
        await (await _accounts.HoldAsync(job, account, 40, expiresSeconds: 1)).ReadAsync<HoldAnswer>();
        await Eventually.ThatAsync(async () => (await _accounts.CreditsAsync(account)).Held == 0);
        var last = (await _accounts.LedgerAsync(account))[^1];
        Assert.That((last.Kind, last.Credits, last.Reason, last.JobId), Is.EqualTo(("release", 40L, "hold_expired", (Guid?)job)));
    }

    [Test]
    public async Task Dropping_an_unconfirmed_hold_gives_it_back_once_and_the_job_can_never_hold_again()
    {
        var (account, job) = (await _accounts.OpenAccountAsync(), Guid.CreateVersion7());
        await (await _accounts.HoldAsync(job, account, 40)).ReadAsync<HoldAnswer>();
        for (var time = 0; time < 3; time++)
            Assert.That((await _accounts.Inside.DeleteAsync($"/internal/holds/{job}")).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("hold:40 release:40"));
        Assert.That(await (await _accounts.HoldAsync(job, account, 40)).RefusalAsync(), Is.EqualTo("409 conflict"));
        Assert.That((await _accounts.Inside.DeleteAsync($"/internal/holds/{Guid.CreateVersion7()}")).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
    }

    [Test]
    public async Task Nonsense_is_refused_by_field()
    {
        var answer = await _accounts.Inside.PutAsJsonAsync($"/internal/holds/{Guid.NewGuid()}",
            new { account_id = "x", amount = -1, expires_seconds = 0, model = "" }, ApiJson.Options);
        Assert.That(await answer.FaultsAsync(), Is.EqualTo(new[] { "account_id", "amount", "expires_seconds", "model" }));
        Assert.That(await (await _accounts.HoldAsync(Guid.NewGuid(), Guid.NewGuid(), 1)).RefusalAsync(), Is.EqualTo("404 not_found"));
    }

    [Test]
    public async Task Needs_a_token_of_one_of_our_processes()
    {
        var answer = await _accounts.Anonymous.PutAsJsonAsync($"/internal/holds/{Guid.NewGuid()}", new HoldRequest(Guid.NewGuid(), 1, 1, "m"), ApiJson.Options);
        Assert.That(await answer.RefusalAsync(), Is.EqualTo("401 unauthorized"));
    }
}
