using Microsoft.Extensions.Options;
using VideoGen.Accounts.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Plans;

/// <summary>The plans: read once from <c>Catalog:Folder</c>, listed to anybody.</summary>
internal static class PlansFeature
{
    public static void AddPlans(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<PlanOptions>().BindConfiguration(PlanOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PlanOptions>, PlanOptionsValidator>();
        builder.Services.AddSingleton(provider => PlanFile.Load(provider.GetRequiredService<IOptions<PlanOptions>>().Value.File));
    }

    public static void MapPlans(this IEndpointRouteBuilder app) => app
        .MapGet("/v1/plans", (PlanCatalog plans) => TypedResults.Ok(new PlanList([.. plans.All.Select(plan => plan.ToView())], plans.Initial.Slug)))
        .OpenToPublic()
        .WithName("ListPlans").WithTags("Account")
        .WithSummary("The plans: monthly credits and limits.");
}
