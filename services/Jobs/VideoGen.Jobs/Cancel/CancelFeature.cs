using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Cancel;

/// <summary>Stopping jobs and forgetting them.</summary>
internal static class CancelFeature
{
    const string KeepFiles = "keep_files";

    public static void AddCancel(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CancelStore>();
        builder.Services.AddScoped<CancelJobs>();
    }

    public static void MapCancel(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/jobs/{id:guid}/cancel", (Guid id, Caller caller, CancelJobs jobs, CancellationToken ct) => jobs.CancelAsync(id, caller, ct))
            .RequireScope(Scope.JobsWrite)
            .WithName("CancelJob").NamesInPath("id", "The job's id.").WithTags("Jobs").WithSummary("Stop a job")
            .WithDescription("202 while it is being stopped, 200 when it already is; a job that completed or failed answers 409 `job_not_cancellable`.")
            .Produces<JobView>().Produces<JobView>(StatusCodes.Status202Accepted)
            .Refuses(404, 409);

        app.MapDelete("/v1/jobs/{id:guid}",
                (Guid id, HttpRequest request, Caller caller, CancelJobs jobs, CancellationToken ct) =>
                    jobs.DeleteAsync(id, request.Query.FlagOf(KeepFiles) == true, caller, ct))
            .TakesQuery(QueryParameter.Flag(KeepFiles, "Whether what a completed job made stays among the account's files."))
            .RequireScope(Scope.JobsWrite)
            .WithName("DeleteJob").NamesInPath("id", "The job's id.").WithTags("Jobs").WithSummary("Forget a job and its files")
            .WithDescription("""
                A running job is cancelled first. Afterwards it is as if it had never been; ledger and events keep their entries. With `?keep_files=true` the files
                of a completed job stay among the account's assets.
                """)
            .Produces(StatusCodes.Status204NoContent).Refuses(400, 404);
    }
}
