using VideoGen.Accounts.Credits;
using VideoGen.Accounts.Plans;
using VideoGen.Durability;

namespace VideoGen.Accounts.Users;

internal sealed record NewAccount(string Email, string Name, string? PasswordHash, Plan Plan, bool IsOperator);

/// <summary>Opens an account with its user, wallet, first month's credits and the work that ends the month, in one transaction.</summary>
internal sealed class AccountOpening(AccountStore accounts, UserStore users, LedgerStore ledger, CreditGrants grants, DueWork dueWork)
{
    /// <summary>The new account's id; null when the e-mail address is taken, and then the transaction must be rolled back.</summary>
    public async Task<Guid?> OpenAsync(UnitOfWork work, NewAccount account, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        var now = await accounts.NowAsync(work, ct);
        var cycle = new Cycle(now.UtcDateTime.Day, now, CreditCycle.EndOf(now, now.UtcDateTime.Day));
        await accounts.InsertAsync(work, id, account.Name, account.Plan.Slug, account.IsOperator, cycle, ct);
        if (!await users.InsertAsync(work, new UserRow(Guid.CreateVersion7(), id, account.Email, account.PasswordHash), ct)) return null;
        await ledger.OpenAsync(work, id, ct);
        await grants.GrantMonthAsync(work, id, account.Plan, cycle, ct);
        await dueWork.ScheduleAsync(work, TurnCycle.Kind, id, cycle.EndsAt - now, ct: ct);
        return id;
    }
}
