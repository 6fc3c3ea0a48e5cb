using MassTransit;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Accounts.Credits;
using VideoGen.Accounts.Plans;
using VideoGen.Accounts.Users;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Accounts.Operator;

/// <summary>
/// <c>PUT /admin/v1/accounts/{id}/plan</c>: new limits at once. A larger plan's additional credits for the present cycle come at once
/// too; a smaller one takes none away, and counts from the next cycle.
/// </summary>
internal static class ChangePlan
{
    public static async Task<IResult> PutAsync(
        Guid id, BodyFields body, UnitOfWork work, LedgerStore ledger, CycleStore cycles, CreditGrants grants, AccountStore accounts, PlanCatalog plans,
        IPublishEndpoint bus, CancellationToken ct)
    {
        var slug = body.Text("plan", 1, 40, check: text => plans.TryFind(text) is null ? $"must be one of: {string.Join(", ", plans.Slugs)}." : null);
        if (body.Refusal() is { } refusal) return refusal;

        await work.BeginAsync(ct);
        if (await ledger.LoadAsync(work, id, jobId: null, grants: false, ct) is null) return Problems.Of(ErrorCodes.NotFound, "There is no such account.");
        if (await accounts.UpdatePlanAsync(work, id, slug!, ct))
        {
            await grants.GrantMonthAsync(work, id, plans.Find(slug!), await cycles.ReadAsync(work, id, ct), ct);
            await bus.Publish(new PlanChanged(id, slug!), ct);
        }
        await work.CommitAsync(ct);
        return await FindAccounts.GetAsync(id, accounts, plans, ct);
    }
}
