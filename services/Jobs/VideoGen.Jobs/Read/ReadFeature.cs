using System.Text;
using Microsoft.Extensions.Options;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Links;
using LinkOptions = VideoGen.HttpApi.Links.LinkOptions;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Read;

/// <summary>Reading jobs.</summary>
internal static class ReadFeature
{
    public static void AddReads(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LinkOptions>().BindConfiguration(LinkOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(provider => new LinkSigner(Encoding.UTF8.GetBytes(provider.GetRequiredService<IOptions<LinkOptions>>().Value.SigningKey)));
        builder.Services.AddSingleton<JobViews>();
        builder.Services.AddSingleton<ReadStore>();
        builder.Services.AddScoped<GetJob>();
        builder.Services.AddScoped<ListJobs>();
        DescribeShapes(builder.Services);
    }

    public static void MapReads(this IEndpointRouteBuilder app)
    {
        app.MapInternal().MapPost("/jobs/changed", ListChangedJobs.HandleAsync);
        app.MapGet("/v1/jobs/{id:guid}",
                (Guid id, HttpRequest request, HttpResponse response, Caller caller, GetJob get, CancellationToken ct) =>
                    get.HandleAsync(id, request, response, caller, ct))
            .RequireScope(Scope.JobsRead)
            .WithName("GetJob").NamesInPath("id", "The job's id.").WithTags("Jobs").WithSummary("Read a job")
            .WithDescription("""
                `?wait=30s` (up to 60 s) holds the answer: with `If-None-Match` until the job is no longer the one with that tag, without it until the job
                has ended. Links to files are signed anew at each read; `?link_seconds=3600` (60 to 604800) says how long they must work at least.
                """)
            .TakesQuery(GetJob.Query)
            .TakesHeader("If-None-Match", "Tags of answers that the client has: 304 when the job is still the one with such a tag.")
            .Produces<JobView>().ShowsHeader(200, "ETag", "Changes whenever the answer does.").Produces(StatusCodes.Status304NotModified)
            .Refuses(400, 404);

        app.MapGet("/v1/jobs",
                (HttpRequest request, HttpResponse response, Caller caller, ListJobs list, CancellationToken ct) => list.HandleAsync(request, response, caller, ct))
            .RequireScope(Scope.JobsRead)
            .WithName("ListJobs").WithTags("Jobs").WithSummary("List jobs, newest first")
            .WithDescription("""
                Filters: `status` and `kind` (several by commas or by repetition), `model`, `mode` (`test` or `live`), `metadata[key]=text`
                (several: jobs that have all), `created_after`, `created_before`, `ended_after`, `ended_before`.
                `limit` 1 to 200, default 20. Go on with `cursor` = `next_cursor` of the answer before,
                or by `page` (from 1) or `offset` (from 0). `include_total=true` adds `X-Total-Count`.
                """)
            .TakesQuery(JobsQuery.Names).Produces<Page<JobView>>().ShowsHeader(200, "X-Total-Count", JobsQuery.TotalCount).Refuses(400);
    }

    static void DescribeShapes(IServiceCollection services)
    {
        services.DescribeShape<JobView>(shape => shape
            .Words("status", JobStatus.All).Words("kind", JobsQuery.AllKinds).OpenObject("input"));
        services.DescribeShape<JobProgress>(shape => shape
            .Words("step", "queued", "model_loading", "frame_generation", "encoding", "storing", "done"));
        services.DescribeShape<JobError>(shape => shape.Words("code", ErrorCodes.All.Select(code => code.Code)));
        services.DescribeShape<JobAttempt>(shape => shape.Words("outcome", AttemptOutcome.All));
        services.DescribeShape<JobAsset>(shape => shape.Words("kind", JobsQuery.AllKinds));
    }
}
