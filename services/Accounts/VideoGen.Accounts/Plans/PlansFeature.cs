using VideoGen.Accounts.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Plans;

/// <summary>The plans: read once from <c>Catalog:Folder</c>, listed to anybody.</summary>
internal static class PlansFeature
{
    public static void AddPlans(this WebApplicationBuilder builder)
    {
        var folder = builder.Configuration["Catalog:Folder"]
            ?? throw new InvalidOperationException("Set Catalog__Folder to the folder that holds plans.json.");
        builder.Services.AddSingleton(PlanFile.Load(Path.Combine(folder, "plans.json")));
    }

    public static void MapPlans(this IEndpointRouteBuilder app) => app
        .MapGet("/v1/plans", (PlanCatalog plans) => TypedResults.Ok(new PlanList([.. plans.All.Select(plan => plan.ToView())], plans.Initial.Slug)))
        .OpenToPublic()
        .WithName("ListPlans").WithTags("Account")
        .WithSummary("The plans: monthly credits and limits.");
}
