using VideoGen.Accounts.Plans;
using VideoGen.Durability;

namespace VideoGen.Accounts.Credits;

/// <summary>Credits given and credits expired, in the caller's transaction; where something expires later, the work for it too.</summary>
internal sealed class CreditGrants(LedgerStore ledger, DueWork dueWork)
{
    static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Grants what the plan gives in this cycle and has not yet given: all of it at the cycle's start, the difference after a
    /// change to a larger plan, nothing after a change to a smaller one or back.
    /// </summary>
    public async Task GrantMonthAsync(UnitOfWork work, Guid accountId, Plan plan, Cycle cycle, CancellationToken ct)
    {
        var given = await ledger.CycleGrantedAsync(work, accountId, cycle.EndsAt, ct);
        var amount = plan.MonthlyCredits - given;
        if (amount <= 0) return;
        var books = await LoadAsync(work, accountId, ct);
        var operation = $"month:{accountId}:{cycle.StartedAt:yyyy-MM-ddTHH:mm:ss.ffffff}:{plan.MonthlyCredits}";
        await ledger.SaveAsync(work, Ledger.AddGrant(books, Guid.CreateVersion7(), GrantSource.Monthly, amount, operation, $"plan_{plan.Slug}", cycle.EndsAt), ct);
    }

    /// <summary>An operator's gift; expires only when told to.</summary>
    public async Task<Posting> GrantAsync(UnitOfWork work, Books books, long amount, string operation, string reason, DateTimeOffset? expiresAt, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        var posting = Ledger.AddGrant(books, id, GrantSource.Operator, amount, operation, reason, expiresAt);
        await ledger.SaveAsync(work, posting, ct);
        if (expiresAt is { } end) await dueWork.ScheduleAsync(work, ExpireCredits.Kind, id, end - books.Now, books.Wallet.AccountId, ct);
        return posting;
    }

    /// <summary>Expires what is due; what a hold spares is looked at again later.</summary>
    public async Task ExpireAsync(UnitOfWork work, Books books, CancellationToken ct)
    {
        var (left, posting) = Ledger.ExpireCredits(books);
        await ledger.SaveAsync(work, posting, ct);
        // Under an id of its own: the row that runs now is completed by its handler.
        if (left > 0) await dueWork.ScheduleAsync(work, ExpireCredits.Kind, Guid.CreateVersion7(), LookAgain, books.Wallet.AccountId, ct);
    }

    async Task<Books> LoadAsync(UnitOfWork work, Guid accountId, CancellationToken ct) =>
        await ledger.LoadAsync(work, accountId, jobId: null, grants: false, ct)
        ?? throw new InvalidOperationException($"Account {accountId} has no wallet.");
}
