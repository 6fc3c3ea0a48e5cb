using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Read;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Jobs.Operator;

/// <summary>What the operator may see of jobs.</summary>
internal static class OperatorFeature
{
    public static void AddOperator(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OperatorStore>();
        builder.Services.AddScoped<OperatorEndpoints>();
    }

    public static void MapOperator(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup("/admin/v1").WithTags("Operator");
        admin.MapGet("/jobs", (HttpRequest request, OperatorEndpoints jobs, CancellationToken ct) => jobs.ListAsync(request, ct))
            .WithName("ListAllJobs").WithSummary("List the jobs of all accounts")
            .WithDescription("Filters and paging as in `GET /v1/jobs`, and `account_id`. Deleted jobs are shown.")
            .TakesQuery([QueryParameter.Id(OperatorEndpoints.AccountId, "Only jobs of this account."), .. JobsQuery.Names])
                .Produces<Page<OperatorJobView>>().Produces<Problem>(400, Problems.ContentType);
        admin.MapGet("/jobs/{id:guid}", (Guid id, OperatorEndpoints jobs, CancellationToken ct) => jobs.GetAsync(id, ct))
            .WithName("GetAnyJob").WithSummary("Read a job of any account")
            .Produces<OperatorJobView>().Produces<Problem>(404, Problems.ContentType);
        admin.MapGet("/checks", (OperatorEndpoints jobs, CancellationToken ct) => jobs.CheckAsync(ct))
            .WithName("CheckJobs").WithSummary("Look for jobs that are stuck and counts that are off")
            .Produces<ChecksView>();
    }
}
