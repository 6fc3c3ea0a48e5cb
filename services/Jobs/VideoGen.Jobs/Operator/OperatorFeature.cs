using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Read;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Statistics;

namespace VideoGen.Jobs.Operator;

/// <summary>What the operator may see of jobs.</summary>
internal static class OperatorFeature
{
    public static void AddOperator(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OperatorStore>();
        builder.Services.AddSingleton<ThroughputStore>();
        builder.Services.AddScoped<OperatorEndpoints>();
        builder.Services.DescribeShape<OperatorJobView>(shape => shape.OpenObject("late_success"));
        builder.Services.DescribeShape<StateCount>(shape => shape.Words("status", JobStatus.All));
    }

    public static void MapOperator(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup("/admin/v1").WithTags("Operator");
        admin.MapGet("/jobs",
                (HttpRequest request, HttpResponse response, OperatorEndpoints jobs, CancellationToken ct) =>
                    jobs.ListAsync(request, response, ct))
            .WithName("ListAllJobs").WithSummary("List the jobs of all accounts")
            .WithDescription("Filters and paging as in `GET /v1/jobs`, and `account_id`. Deleted jobs are shown.")
            .TakesQuery([QueryParameter.Id(OperatorEndpoints.AccountId, "Only jobs of this account."), .. JobsQuery.Names])
            .Produces<Page<OperatorJobView>>().ShowsHeader(200, "X-Total-Count", JobsQuery.TotalCount).Refuses(400);
        admin.MapGet("/jobs/{id:guid}", (Guid id, OperatorEndpoints jobs, CancellationToken ct) => jobs.GetAsync(id, ct))
            .WithName("GetAnyJob").NamesInPath("id", "The job's id.").WithSummary("Read a job of any account")
            .Produces<OperatorJobView>().Refuses(404);
        admin.MapGet("/checks", (OperatorEndpoints jobs, CancellationToken ct) => jobs.CheckAsync(ct))
            .WithName("CheckJobs").WithSummary("Look for jobs that are stuck and counts that are off")
            .Produces<ChecksView>();
        admin.MapGet("/throughput", (RecentFigures recent, ThroughputStore store, CancellationToken ct) =>
                recent.GetAsync("throughput", store.ReadAsync, ct))
            .WithName("ReadThroughput").WithSummary("What jobs do now and did in the last hour")
            .WithDescription("Jobs by state; accepted and ended a minute; how long completed live jobs waited and ran, by model.")
            .Produces<ThroughputView>();
    }
}
