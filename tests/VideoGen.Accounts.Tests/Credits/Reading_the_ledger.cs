using System.Net.Http.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Paging;
using VideoGen.Testing;

namespace VideoGen.Accounts.Tests.Credits;

public sealed class Reading_the_ledger
{
    AccountsApplication _accounts = null!;
    Guid _account;
    Guid _job;
    HttpClient _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _accounts = await AccountsApplication.StartAsync();
        (_account, _job) = (await _accounts.OpenAccountAsync(), Guid.CreateVersion7());
        await (await _accounts.HoldAsync(_job, _account, 100)).ReadAsync<HoldAnswer>();
        await _accounts.SendAsync(new CaptureCredits(_job, _account, 70));
        await Eventually.ThatAsync(async () => (await _accounts.CreditsAsync(_account)).Held == 0);
        for (var time = 0; time < 20; time++) await (await _accounts.HoldAsync(Guid.CreateVersion7(), _account, 1)).ReadAsync<HoldAnswer>();
        _client = _accounts.As(_account);
    }

    [OneTimeTearDown]
    public Task Stop()
    {
        _client.Dispose();
        return _accounts.DisposeAsync().AsTask();
    }

    [Test]
    public async Task Shows_what_became_of_a_jobs_credits()
    {
        var page = await PageAsync($"?job_id={_job}");
        Assert.That(page.Data.Select(entry => (entry.Kind, entry.Credits, entry.Amount, entry.AvailableAfter, entry.HeldAfter, entry.Reason)), Is.EqualTo(new[]
        {
            ("release", 30L, 30L, 430L, 0L, "unused"), ("capture", 70L, 0L, 400L, 30L, "job_completed"), ("hold", 100L, -100L, 400L, 100L, "job_submitted"),
        }));
        Assert.That(page.Data, Has.All.Matches<LedgerEntry>(entry => entry!.JobId == _job));
    }

    [Test]
    public async Task Pages_through_everything_newest_first_without_gap_or_repetition()
    {
        var seen = new List<LedgerEntry>();
        string? cursor = null;
        do
        {
            var page = await PageAsync($"?limit=7{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.That(page.HasMore, Is.EqualTo(page.NextCursor is not null));
            seen.AddRange(page.Data);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.That(seen.Select(entry => entry.Sequence), Is.EqualTo(Enumerable.Range(1, 24).Reverse()));
        Assert.That(seen.Sum(entry => entry.Amount), Is.EqualTo((await _accounts.CreditsAsync(_account)).Available));
    }

    [Test]
    public async Task Filters_by_kind()
    {
        Assert.That((await PageAsync("?kind=grant")).Data.Single(), Has.Property("Reason").EqualTo("plan_free"));
        Assert.That((await PageAsync("?kind=capture")).Data, Has.Count.EqualTo(1));
        Assert.That((await PageAsync($"?kind=capture&job_id={Guid.NewGuid()}")).Data, Is.Empty);
    }

    [Test]
    public async Task Refuses_every_nonsense_by_name()
    {
        var answer = await _client.GetAsync("/v1/account/ledger?limit=0&cursor=%00&kind=theft&job_id=7&colour=red");
        Assert.That(await answer.FaultsAsync(), Is.EqualTo(new[] { "colour", "cursor", "job_id", "kind", "limit" }));
        foreach (var limit in new[] { "101", "-1", "1.5", "x", "", "99999999999999999999" })
            Assert.That(await (await _client.GetAsync($"/v1/account/ledger?limit={limit}")).FaultsAsync(), Is.EqualTo(new[] { "limit" }), limit);
        Assert.That(await (await _client.GetAsync($"/v1/account/ledger?cursor={new string('A', 5000)}")).FaultsAsync(), Is.EqualTo(new[] { "cursor" }));
        Assert.That(await (await _client.GetAsync("/v1/account/ledger?limit=1&limit=2")).FaultsAsync(), Is.EqualTo(new[] { "limit" }));
    }

    [Test]
    public async Task Shows_nothing_of_another_account()
    {
        using var stranger = _accounts.As(await _accounts.OpenAccountAsync());
        var page = await stranger.GetFromJsonAsync<Page<LedgerEntry>>($"/v1/account/ledger?job_id={_job}", ApiJson.Options);
        Assert.That(page!.Data, Is.Empty);
    }

    [Test]
    public async Task Needs_the_scope_to_read_the_account()
    {
        using var client = _accounts.As(AccountsApplication.CallerOf(_account) with { Scopes = [Scope.JobsWrite] });
        Assert.That(await (await client.GetAsync("/v1/account/ledger")).RefusalAsync(), Is.EqualTo("403 forbidden"));
    }

    [Test]
    public void Changing_or_deleting_a_movement_is_refused_by_the_database()
    {
        foreach (var statement in new[] { "update transfers set amount = 1", "delete from transfers", "truncate transfers" })
            Assert.That(async () => await _accounts.Database.ExecuteAsync(statement), Throws.Exception.Message.Contains("append-only"), statement);
        Assert.That(async () => await _accounts.Database.ExecuteAsync("update wallets set held = granted + 1"), Throws.Exception.Message.Contains("check"));
        Assert.That(async () => await _accounts.Database.ExecuteAsync(
            """
            insert into transfers (account_id, sequence, id, kind, debit, credit, amount, operation, reason, available_after, held_after)
            select account_id, sequence + 1, gen_random_uuid(), 'grant', 'issued', 'available', 5, 'forged', 'forged', available_after + 6, held_after
            from transfers order by sequence desc limit 1
            """), Throws.Exception.Message.Contains("does not add up"));
    }

    async Task<Page<LedgerEntry>> PageAsync(string query) => await (await _client.GetAsync("/v1/account/ledger" + query)).ReadAsync<Page<LedgerEntry>>();
}
