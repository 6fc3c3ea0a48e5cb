using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Credits;
using VideoGen.Accounts.Plans;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Accounts.Operator;

/// <summary>What operators see and change; everything under <c>/admin</c> needs an operator's credential.</summary>
internal static class OperatorFeature
{
    public static void AddOperator(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<GrantStore>();
        builder.Services.AddSingleton<LedgerCheckStore>();
    }

    public static void MapOperator(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup("/admin/v1").WithTags("Operator");
        admin.MapGet("/accounts", FindAccounts.ListAsync)
            .Produces<Page<AccountView>>().ProducesProblem(400)
            .WithName("ListAccounts").WithSummary("Accounts by a part of their address or name, or by id; newest first.")
            .TakesQuery(FindAccounts.Query);
        admin.MapGet("/accounts/{id:guid}", FindAccounts.GetAsync)
            .Produces<AccountDetails>().ProducesProblem(404)
            .WithName("GetAccountById").WithSummary("An account with its totals.");
        admin.MapGet("/accounts/{id:guid}/ledger", FindAccounts.LedgerAsync)
            .Produces<Page<LedgerEntry>>().ProducesProblem(400).ProducesProblem(404)
            .WithName("ListLedgerEntriesOfAccount").WithSummary("Every movement of an account's credits, newest first.")
            .TakesQuery(ReadLedger.Query);
        admin.MapPost("/accounts/{id:guid}/grants", GrantCredits.PostAsync)
            .Accepts<GrantCreditsRequest>("application/json")
            .Produces<LedgerEntry>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(422)
            .WithName("GrantCredits").WithSummary("Gives credits to an account.")
            .DescribesIdempotencyKey();
        admin.MapPut("/accounts/{id:guid}/plan", ChangePlan.PutAsync)
            .Accepts<ChangePlanRequest>("application/json")
            .Produces<AccountDetails>().ProducesProblem(400).ProducesProblem(404)
            .WithName("ChangePlan").WithSummary("Puts an account on another plan; its limits change at once.");
        admin.MapGet("/plans", (PlanCatalog plans) => TypedResults.Ok(new PlanList([.. plans.All.Select(plan => plan.ToView())], plans.Initial.Slug)))
            .WithName("ListPlansForOperators").WithSummary("The plans that accounts may be put on.");
        admin.MapGet("/ledger/check", CheckLedger.GetAsync)
            .Produces<LedgerCheckAnswer>()
            .WithName("CheckLedger").WithSummary("Evaluates every invariant of the credit ledger; passed tells whether all hold.");
    }
}
