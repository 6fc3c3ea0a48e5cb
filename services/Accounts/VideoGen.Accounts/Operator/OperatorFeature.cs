using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Credits;
using VideoGen.Accounts.Plans;
using VideoGen.HttpApi.Description;
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
            .Produces<Page<AccountView>>().Refuses(400)
            .WithName("ListAccounts").WithSummary("Accounts by a part of their address or name, or by id; newest first.")
            .TakesQuery(FindAccounts.Query);
        admin.MapGet("/accounts/{id:guid}", FindAccounts.GetAsync).NamesInPath("id", "The account's id.")
            .Produces<AccountDetails>().Refuses(404)
            .WithName("GetAccountById").WithSummary("An account with its totals.");
        admin.MapGet("/accounts/{id:guid}/ledger", FindAccounts.LedgerAsync).NamesInPath("id", "The account's id.")
            .Produces<Page<LedgerEntry>>().Refuses(400, 404)
            .WithName("ListLedgerEntriesOfAccount").WithSummary("Every movement of an account's credits, newest first.")
            .TakesQuery(ReadLedger.Query);
        admin.MapPost("/accounts/{id:guid}/grants", GrantCredits.PostAsync).NamesInPath("id", "The account's id.")
            .Accepts<GrantCreditsRequest>("application/json").WithBodyExample("""{"amount": 500, "reason": "Welcome"}""")
            .Produces<LedgerEntry>(201).Refuses(400, 404, 422)
            .WithName("GrantCredits").WithSummary("Gives credits to an account.")
            .TakesIdempotencyKey();
        admin.MapPut("/accounts/{id:guid}/plan", ChangePlan.PutAsync).NamesInPath("id", "The account's id.")
            .Accepts<ChangePlanRequest>("application/json").WithBodyExample("""{"plan": "free"}""")
            .Produces<AccountDetails>().Refuses(400, 404)
            .WithName("ChangePlan").WithSummary("Puts an account on another plan; its limits change at once.");
        admin.MapGet("/plans", (PlanCatalog plans) => TypedResults.Ok(new PlanList([.. plans.All.Select(plan => plan.ToView())], plans.Initial.Slug)))
            .WithName("ListPlansForOperators").WithSummary("The plans that accounts may be put on.");
        admin.MapGet("/ledger/check", CheckLedger.GetAsync)
            .Produces<LedgerCheckAnswer>()
            .WithName("CheckLedger").WithSummary("Evaluates every invariant of the credit ledger; passed tells whether all hold.");
    }
}
