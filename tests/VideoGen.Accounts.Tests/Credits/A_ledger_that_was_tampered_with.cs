using VideoGen.Accounts.Contracts;

namespace VideoGen.Accounts.Tests.Credits;

public sealed class A_ledger_that_was_tampered_with
{
    AccountsApplication _accounts = null!;

    [SetUp]
    public async Task Start()
    {
        _accounts = await AccountsApplication.StartAsync();
        var account = await _accounts.OpenAccountAsync();
        await (await _accounts.HoldAsync(Guid.CreateVersion7(), account, 100)).ReadAsync<HoldAnswer>();
        await _accounts.OpenAccountAsync();
    }

    [TearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Is_found_out()
    {
        Assert.That((await _accounts.CheckLedgerAsync()).Passed, Is.True);

        await _accounts.Database.ExecuteAsync("alter table transfers disable trigger transfers_are_final");
        Assert.That(await BrokenAsync(), Is.EqualTo(new[] { "L9b" }));
        await _accounts.Database.ExecuteAsync("update transfers set reason = 'nothing happened' where kind = 'hold'");
        Assert.That(await BrokenAsync(), Is.EqualTo(new[] { "L9a", "L9b" }));
        await _accounts.Database.ExecuteAsync("update transfers set amount = amount + 1 where kind = 'hold'");
        Assert.That(await BrokenAsync(), Is.EqualTo(new[] { "L4a", "L4b", "L5", "L9a", "L9b" }));
        await _accounts.Database.ExecuteAsync("delete from transfers where kind = 'hold'");
        Assert.That(await BrokenAsync(), Is.EqualTo(new[] { "L4a", "L5", "L9b" }));
        await _accounts.Database.ExecuteAsync("update grants set remaining = remaining - 1");
        Assert.That(await BrokenAsync(), Does.Contain("L4d"));
        await _accounts.Database.ExecuteAsync("update wallets set granted = granted + 1");
        Assert.That(await BrokenAsync(), Does.Contain("L11").And.Contain("L4a"));
        await _accounts.Database.ExecuteAsync("delete from due_work"); // the sweep would end it
        await _accounts.Database.ExecuteAsync("update holds set expires_at = now() - interval '2 minutes'");
        Assert.That(await BrokenAsync(), Does.Contain("L6"));
    }

    async Task<string[]> BrokenAsync() => [.. (await _accounts.CheckLedgerAsync()).Checks.Where(check => !check.Passed).Select(check => check.Id)];
}
