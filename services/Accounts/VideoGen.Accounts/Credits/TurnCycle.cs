using VideoGen.Accounts.Plans;
using VideoGen.Durability;

namespace VideoGen.Accounts.Credits;

/// <summary>
/// The end of an account's month: what is left of the monthly credits expires, the next ones are granted, the cycle moves on.
/// One row of due work an account. Books, dates and the work's next time commit together; cycles missed while nothing ran are
/// turned one after the other. A closed account has no next one.
/// </summary>
internal sealed partial class TurnCycle(
    UnitOfWork work, CycleStore cycles, LedgerStore ledger, CreditGrants grants, PlanCatalog plans, ILogger<TurnCycle> log) : IDueWorkHandler
{
    public const string Kind = "credit-cycle";

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var books = await ledger.LoadAsync(work, item.Id, jobId: null, grants: true, ct);
        if (books is null) return DueWorkResult.Done;
        var cycle = await cycles.ReadAsync(work, item.Id, ct);
        if (cycle.EndsAt > books.Now)
        {
            await item.AgainAsync(work, cycle.EndsAt - books.Now, ct);
            await work.CommitAsync(ct);
            return DueWorkResult.Handled;
        }

        if (books.IsClosed)
        {
            await grants.ExpireAsync(work, books, ct);
            await item.CompleteAsync(work, ct);
            await work.CommitAsync(ct);
            return DueWorkResult.Handled;
        }

        var next = cycle with { StartedAt = cycle.EndsAt, EndsAt = CreditCycle.EndOf(cycle.EndsAt, cycle.AnchorDay) };
        await grants.ExpireAsync(work, books, ct);
        await cycles.MoveAsync(work, item.Id, next, ct);
        await grants.GrantMonthAsync(work, item.Id, plans.Find(books.Plan), next, ct);
        await item.AgainAsync(work, next.EndsAt > books.Now ? next.EndsAt - books.Now : TimeSpan.Zero, ct);
        await work.CommitAsync(ct);
        Log.Turned(log, item.Id, next.EndsAt);
        return DueWorkResult.Handled;
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A new cycle of account {AccountId} ends {EndsAt:o}")]
        public static partial void Turned(ILogger log, Guid accountId, DateTimeOffset endsAt);
    }
}

/// <summary>Expires what is left of grants whose time has come; looks again while a hold still spares some of it.</summary>
internal sealed class ExpireCredits(UnitOfWork work, LedgerStore ledger, CreditGrants grants) : IDueWorkHandler
{
    public const string Kind = "expire-credits";

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        if (await ledger.LoadAsync(work, item.PayloadAs<Guid>(), jobId: null, grants: true, ct) is { } books)
            await grants.ExpireAsync(work, books, ct);
        await item.CompleteAsync(work, ct);
        await work.CommitAsync(ct);
        return DueWorkResult.Handled;
    }
}
