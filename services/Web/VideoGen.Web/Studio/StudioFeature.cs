using VideoGen.ServiceDefaults.Callers;
using VideoGen.Web.Access;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Studio;

/// <summary>Choosing a model, filling in its form, making something of it and seeing it.</summary>
internal static class StudioFeature
{
    public static void AddStudio(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<StudioEndpoints>();
        builder.Services.AddScoped<SubmitEndpoints>();
        builder.Services.AddScoped<OwnJobsStream>();
    }

    public static void MapStudio(this IEndpointRouteBuilder app)
    {
        app.MapGet(WebPages.Home, (HttpContext context, StudioEndpoints studio, CancellationToken ct) => studio.HomeAsync(context, ct))
            .OpenToPublic().WithMetadata(new WholePage());
        var studio = app.MapGroup(WebPages.Studio).OpenToPublic().AddEndpointFilter<VisitorFilter>().AddEndpointFilter<FormFilter>();
        studio.MapGet("/models", (HttpRequest request, StudioEndpoints pages, CancellationToken ct) => pages.ModelsAsync(request, ct))
            .WithMetadata(new WholePage());
        studio.MapPost("/quote", (HttpContext context, SubmitEndpoints submit, CancellationToken ct) => submit.QuoteAsync(context, ct));
        studio.MapPost("/code", (HttpContext context, SubmitEndpoints submit, CancellationToken ct) => submit.CodeAsync(context, ct));
        studio.MapPost("/jobs", (HttpContext context, SubmitEndpoints submit, CancellationToken ct) => submit.SubmitAsync(context, ct));
        studio.MapPost("/uploads", (HttpContext context, SubmitEndpoints submit, CancellationToken ct) => submit.UploadAsync(context, ct))
            .WithMetadata(new TakesFile());
        studio.MapGet(WebPages.Live, (HttpContext context, OwnJobsStream stream) => stream.RunAsync(context));
    }
}
