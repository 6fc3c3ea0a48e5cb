using VideoGen.Gateway.Dialects;
using VideoGen.Gateway.Routes;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Gateway.OpenApi;

/// <summary>The gateway's own pages: index, OpenAPI document, readable documentation.</summary>
internal static class OpenApiExtensions
{
    /// <summary>Swagger UI styles its elements inline; everything else comes from this host.</summary>
    const string DocsPolicy =
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    static readonly string[] Reads = [HttpMethods.Get, HttpMethods.Head];

    public static void AddOpenApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddServiceClient<OpenApiClient>("openapi", TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<OpenApiDocument>();
    }

    public static void MapOpenApi(this WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/docs"), docs =>
        {
            docs.Use((context, next) =>
            {
                context.Response.Headers.ContentSecurityPolicy = DocsPolicy;
                return next(context);
            });
            docs.UseSwaggerUI(ui =>
            {
                ui.RoutePrefix = "docs";
                ui.DocumentTitle = "VideoGen API";
                ui.SwaggerEndpoint("/openapi/v1.json", "VideoGen API v1");
                ui.EnableValidator(null!);
            });
        });
        app.MapMethods("/openapi/v1.json", Reads,
                async (OpenApiDocument document, CancellationToken ct) => Results.Bytes(await document.GetAsync(ct), "application/json"))
            .WithMetadata(RoutePolicy.Public);
        app.MapMethods("/", Reads, IndexOf).WithMetadata(RoutePolicy.Public);
    }

    /// <summary>For programs; a browser gets the studio at the same address.</summary>
    static IResult IndexOf(DialectMounts mounts, HttpResponse response)
    {
        response.Headers.Vary = "Accept";
        return Results.Ok(Index(mounts));
    }

    static object Index(DialectMounts mounts) => new
    {
        Name = "VideoGen",
        Api = "/v1",
        Documentation = "/docs",
        Openapi = "/openapi/v1.json",
        Health = "/health",
        Dialects = mounts.All.Select(mount => new { Name = mount.Dialect.Title, BaseUrl = mount.Prefix + mount.Dialect.BasePath }),
    };
}
