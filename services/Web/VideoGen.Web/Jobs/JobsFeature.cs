using VideoGen.ServiceDefaults.Callers;
using VideoGen.Web.Access;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Jobs;

/// <summary>The account's jobs: history, one job's whole story, two side by side.</summary>
internal static class JobsFeature
{
    public static void AddJobs(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<HistoryEndpoints>();
        builder.Services.AddScoped<JobEndpoints>();
    }

    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup(WebPages.Jobs).OpenToPublic().AddEndpointFilter<VisitorFilter>().AddEndpointFilter<FormFilter>();
        pages.MapGet("", (HttpContext context, HistoryEndpoints history, CancellationToken ct) => history.ListAsync(context, ct))
            .WithMetadata(new WholePage());
        pages.MapGet("/compare", (HttpContext context, HistoryEndpoints history, CancellationToken ct) =>
            history.CompareAsync(context, ct)).WithMetadata(new WholePage());
        var job = pages.MapGroup("/{id:guid}");
        job.MapGet("", (Guid id, HttpContext context, JobEndpoints jobs, CancellationToken ct) => jobs.PageAsync(id, context, ct))
            .WithMetadata(new WholePage());
        job.MapGet("/story", (Guid id, HttpContext context, JobEndpoints jobs, CancellationToken ct) => jobs.StoryAsync(id, context, ct));
        job.MapGet("/tile", (Guid id, HttpContext context, JobEndpoints jobs, CancellationToken ct) => jobs.TileAsync(id, context, ct));
        job.MapGet("/files/{index:int}", (Guid id, int index, HttpResponse response, JobEndpoints jobs, CancellationToken ct) =>
            jobs.FileAsync(id, index, response, ct));
        job.MapPost("/cancel", (Guid id, HttpContext context, JobEndpoints jobs, CancellationToken ct) =>
            jobs.CancelAsync(id, context, ct));
        job.MapPost("/delete", (Guid id, JobEndpoints jobs, CancellationToken ct) => jobs.DeleteAsync(id, ct));
    }
}
