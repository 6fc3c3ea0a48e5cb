using System.Collections.Concurrent;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.HttpApi.Paging;
using VideoGen.Testing;

namespace VideoGen.Accounts.Tests.Operator;

public sealed class Operators
{
    AccountsApplication _accounts = null!;
    ConcurrentQueue<PlanChanged> _changed = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _accounts = await AccountsApplication.StartAsync();
        _changed = await _accounts.ListenAsync<PlanChanged>();
    }

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Give_credits_that_the_owner_sees_with_the_reason()
    {
        var account = await _accounts.OpenAccountAsync();
        var entry = await (await GrantAsync(account, """{"amount": 250, "reason": "Goodwill 🎁"}""")).ReadAsync<LedgerEntry>();
        Assert.That((entry.Kind, entry.Credits, entry.Amount, entry.AvailableAfter, entry.Reason), Is.EqualTo(("grant", 250L, 250L, 750L, "Goodwill 🎁")));
        Assert.That((await _accounts.LedgerAsync(account))[^1], Is.EqualTo(entry));
        Assert.That((await _accounts.CheckLedgerAsync()).Passed, Is.True);
    }

    [Test]
    public async Task Give_once_under_one_idempotency_key_however_often_they_ask()
    {
        var (account, other) = (await _accounts.OpenAccountAsync(), await _accounts.OpenAccountAsync());
        const string Body = """{"amount": 250, "reason": "r", "expires_at": "2030-01-01T00:00:00Z"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ => await (await GrantAsync(account, Body, "key-1")).ReadAsync<LedgerEntry>()));
        Assert.That(answers.Distinct().Count(), Is.EqualTo(1));
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("grant:250"));

        Assert.That(await (await GrantAsync(account, Body.Replace("250", "251", StringComparison.Ordinal), "key-1")).RefusalAsync(), Is.EqualTo("422 idempotency_key_reused"));
        Assert.That(await (await GrantAsync(account, Body.Replace("2030", "2031", StringComparison.Ordinal), "key-1")).RefusalAsync(), Is.EqualTo("422 idempotency_key_reused"));
        Assert.That(await (await GrantAsync(other, Body, "key-1")).RefusalAsync(), Is.EqualTo("422 idempotency_key_reused"));
        await (await GrantAsync(account, Body, "key-2")).ReadAsync<LedgerEntry>();
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("grant:250 grant:250"));
    }

    [Test]
    public async Task Giving_to_two_accounts_at_once_under_one_key_gives_to_one()
    {
        var targets = new[] { await _accounts.OpenAccountAsync(), await _accounts.OpenAccountAsync() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(time => GrantAsync(targets[time % 2], """{"amount": 1, "reason": "r"}""", "key-race")));
        Assert.That(answers.Select(answer => (int)answer.StatusCode).Order().Distinct(), Is.EqualTo(new[] { 201, 422 }));
        var stories = new[] { await _accounts.StoryAsync(targets[0]), await _accounts.StoryAsync(targets[1]) };
        Assert.That(stories, Is.EquivalentTo(new[] { "grant:1", "" }));
    }

    [TestCase("""{}""", "amount reason")]
    [TestCase("""{"amount": 0, "reason": ""}""", "amount reason")]
    [TestCase("""{"amount": -5, "reason": "r"}""", "amount")]
    [TestCase("""{"amount": 1.5, "reason": "r"}""", "amount")]
    [TestCase("""{"amount": "5", "reason": "r"}""", "amount")]
    [TestCase("""{"amount": 1000000001, "reason": "r"}""", "amount")]
    [TestCase("""{"amount": 99999999999999999999, "reason": "r"}""", "amount")]
    [TestCase("""{"amount": 1e400, "reason": "r\u0000"}""", "amount reason")]
    [TestCase("""{"amount": 1, "reason": "r", "expires_at": "yesterday", "account": 1}""", "account expires_at")]
    public async Task Hear_of_every_fault_of_a_grant(string body, string fields)
    {
        var account = await _accounts.OpenAccountAsync();
        Assert.That(await (await GrantAsync(account, body)).FaultsAsync(), Is.EqualTo(fields.Split(' ')));
        Assert.That(await (await GrantAsync(account, body, new string('k', 256))).FaultsAsync(), Does.Contain("Idempotency-Key"));
        Assert.That(await _accounts.StoryAsync(account), Is.Empty);
    }

    [Test]
    public async Task Get_404_for_an_account_that_is_not_there()
    {
        var missing = Guid.CreateVersion7();
        Assert.That(await (await GrantAsync(missing, """{"amount": 1, "reason": "r"}""")).RefusalAsync(), Is.EqualTo("404 not_found"));
        Assert.That(await (await PlanAsync(missing, "pro")).RefusalAsync(), Is.EqualTo("404 not_found"));
        Assert.That(await (await _accounts.Operator.GetAsync($"/admin/v1/accounts/{missing}")).RefusalAsync(), Is.EqualTo("404 not_found"));
        Assert.That(await (await _accounts.Operator.GetAsync($"/admin/v1/accounts/{missing}/ledger")).RefusalAsync(), Is.EqualTo("404 not_found"));
    }

    [Test]
    public async Task Change_a_plan_with_its_limits_and_the_rest_of_the_months_credits()
    {
        var account = await _accounts.OpenAccountAsync();
        var details = await (await PlanAsync(account, "pro")).ReadAsync<AccountDetails>();
        Assert.Multiple(() =>
        {
            Assert.That(details.Account.Plan, Is.EqualTo("pro"));
            Assert.That(details.Account.JobLimits.RunningJobs, Is.EqualTo(10));
            Assert.That(details.Account.Credits, Is.EqualTo(new CreditsView(20_000, 0, 20_000)));
            Assert.That(details.Totals, Is.EqualTo(new AccountTotals(20_000, 0, 0)));
        });
        await Eventually.ThatAsync(() => _changed.Contains(new PlanChanged(account, "pro")));

        foreach (var plan in new[] { "pro", "free", "pro", "creator", "pro" }) await (await PlanAsync(account, plan)).ReadAsync<AccountDetails>();
        Assert.That(await _accounts.StoryAsync(account), Is.EqualTo("grant:19500"), "to and fro makes no credits");
        await Eventually.ThatAsync(() => _changed.Count(changed => changed.AccountId == account) == 5);
    }

    [TestCase("""{}""")]
    [TestCase("""{"plan": null}""")]
    [TestCase("""{"plan": 1}""")]
    [TestCase("""{"plan": "gold"}""")]
    [TestCase("""{"plan": "PRO"}""")]
    public async Task Hear_which_plans_there_are(string body)
    {
        using var answer = await _accounts.Operator.PutAsync($"/admin/v1/accounts/{Guid.NewGuid()}/plan", new StringContent(body, null, "application/json"));
        Assert.That(await answer.FaultsAsync(), Is.EqualTo(new[] { "plan" }));
    }

    [Test]
    public async Task Find_accounts_by_address_name_or_id_and_page_through_them()
    {
        var mark = Guid.NewGuid().ToString("n")[..10];
        var ids = new List<Guid>();
        for (var number = 0; number < 5; number++) ids.Add(await _accounts.OpenAccountAsync(email: $"{mark}_{number}%@example.com"));
        await _accounts.OpenAccountAsync(email: $"{mark}x0@example.com");

        Assert.That((await FindAsync($"?query={mark}_&limit=100")).Data.Select(account => account.Id), Is.EqualTo(Enumerable.Reverse(ids)), "_ is no wildcard");
        Assert.That((await FindAsync($"?query={mark.ToUpperInvariant()}_0%25")).Data.Single().Id, Is.EqualTo(ids[0]));
        Assert.That((await FindAsync($"?query={ids[3]}")).Data.Single().Id, Is.EqualTo(ids[3]));
        Assert.That((await FindAsync("?query=somebody&limit=1")).HasMore, Is.True);

        var first = await FindAsync($"?query={mark}_&limit=3");
        var second = await FindAsync($"?query={mark}_&limit=3&cursor={first.NextCursor}");
        Assert.That(first.Data.Concat(second.Data).Select(account => account.Id), Is.EqualTo(Enumerable.Reverse(ids)));
        Assert.That(await (await _accounts.Operator.GetAsync($"/admin/v1/accounts?query=%00&cursor=x&limit=x&q=")).FaultsAsync(), Is.EqualTo(new[] { "cursor", "limit", "q", "query" }));
    }

    [Test]
    public async Task See_the_plans_and_an_accounts_ledger()
    {
        var account = await _accounts.OpenAccountAsync("creator");
        Assert.That((await (await _accounts.Operator.GetAsync("/admin/v1/plans")).ReadAsync<PlanList>()).Data, Has.Count.EqualTo(4));
        var ledger = await (await _accounts.Operator.GetAsync($"/admin/v1/accounts/{account}/ledger")).ReadAsync<Page<LedgerEntry>>();
        Assert.That(ledger.Data.Single().Credits, Is.EqualTo(3000));
    }

    [Test]
    public async Task See_every_invariant_with_what_was_looked_at()
    {
        await _accounts.OpenAccountAsync();
        var check = await _accounts.CheckLedgerAsync();
        Assert.That(check.Checks.Select(one => one.Id), Is.EqualTo(new[] { "L1", "L2", "L3", "L4a", "L4b", "L4c", "L4d", "L5", "L6", "L8", "L9a", "L9b", "L11" }));
        Assert.That(check.Checks.Where(one => one.Id is "L2" or "L3" or "L9a").Select(one => one.Examined), Has.All.GreaterThan(0));
    }

    async Task<Page<AccountView>> FindAsync(string query) => await (await _accounts.Operator.GetAsync("/admin/v1/accounts" + query)).ReadAsync<Page<AccountView>>();

    Task<HttpResponseMessage> GrantAsync(Guid account, string body, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/admin/v1/accounts/{account}/grants") { Content = new StringContent(body, null, "application/json") };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return _accounts.Operator.SendAsync(request);
    }

    Task<HttpResponseMessage> PlanAsync(Guid account, string plan) =>
        _accounts.Operator.PutAsync($"/admin/v1/accounts/{account}/plan", new StringContent($$"""{"plan": "{{plan}}"}""", null, "application/json"));
}
