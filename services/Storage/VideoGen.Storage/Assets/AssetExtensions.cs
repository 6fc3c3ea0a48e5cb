using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Links;
using LinkOptions = VideoGen.HttpApi.Links.LinkOptions;

namespace VideoGen.Storage.Assets;

internal static class AssetScopes
{
    public const string Read = "assets:read";
    public const string Write = "assets:write";
}

internal static class AssetExtensions
{
    public static void AddAssets(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<LinkOptions>().BindConfiguration(LinkOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<AssetStore>();
        builder.Services.AddSingleton<AssetLinks>();
        builder.Services.AddSingleton<ContentEndpoint>();
        builder.Services.AddSingleton<RemoveAssets>();
        builder.Services.AddDueWork<RemoveObjectsWork>(RemoveAssets.RemoveObjects);
    }

    public static void MapAssets(this IEndpointRouteBuilder app, RouteGroupBuilder internalGroup)
    {
        var assets = app.MapGroup("/v1/assets").WithTags("Assets");
        assets.MapGet("", ListAssets.AnswerAsync).RequireScope(AssetScopes.Read).WithName("ListAssets")
            .WithSummary("List assets")
            .WithDescription("The account's files, newest first. Filters: kind (video, image, audio), origin (upload, job), job_id. Pages: limit (1 to 100, default 20), cursor.")
            .TakesQuery(ListAssets.Query).Produces<Page<AssetView>>().Produces<Problem>(400, Problems.ContentType);
        assets.MapGet("{id:guid}", async (Caller caller, Guid id, AssetStore store, AssetLinks links, CancellationToken ct) =>
                (await store.FindAsync(caller.Sees, id, ct)).OrNotFound(links.View))
            .RequireScope(AssetScopes.Read).WithName("GetAsset").WithSummary("Get an asset")
            .WithDescription("Facts read from the file itself, and signed links to its content, thumbnail and preview.")
            .Produces<AssetView>().Produces<Problem>(404, Problems.ContentType);
        assets.MapDelete("{id:guid}", (Caller caller, Guid id, RemoveAssets remove, UnitOfWork work, CancellationToken ct) => remove.AnswerAsync(caller, id, work, ct))
            .RequireScope(AssetScopes.Write).WithName("DeleteAsset").WithSummary("Delete an asset")
            .WithDescription("At once and for good; its links stop working.")
            .Produces(204).Produces<Problem>(404, Problems.ContentType);
        assets.MapDelete("", (Caller caller, HttpRequest request, RemoveAssets remove, UnitOfWork work, CancellationToken ct) =>
                remove.AnswerOfJobAsync(caller, request.Query.IdOf("job_id")!.Value, work, ct))
            .TakesQuery(QueryParameter.Id("job_id", "The job whose files are to go.", isRequired: true))
            .RequireScope(AssetScopes.Write).WithName("DeleteAssetsOfJob").WithSummary("Delete the files that a job made")
            .WithDescription("At once and for good; the answer tells how many bytes that frees. The job itself stays.")
            .Produces<RemovedAssets>().Produces<Problem>(400, Problems.ContentType);
        foreach (var rendition in (string[])[AssetLinks.Content, AssetLinks.Thumbnail, AssetLinks.Preview])
            MapContent(assets, rendition);
        internalGroup.MapPost("assets/resolve", ResolveEndpoint.AnswerAsync);
        internalGroup.MapGet("usage", UsageEndpoint.AnswerAsync);
    }

    static readonly QueryParameter[] Signature =
    [
        QueryParameter.Text("expires", "Of a signed link: until when it works."), QueryParameter.Text("signature", "Of a signed link."),
        QueryParameter.Text("download", "Of a signed link: the name under which a browser saves the file."),
        QueryParameter.Flag(AssetLinks.Direct,
            "Of a signed link for our own processes: true sends the bytes, not an address to fetch them from."),
    ];

    static void MapContent(RouteGroupBuilder assets, string rendition)
    {
        var name = char.ToUpperInvariant(rendition[0]) + rendition[1..];
        assets.MapMethods($"{{id:guid}}/{rendition}", [HttpMethods.Get, HttpMethods.Head],
                (Guid id, HttpContext context, ContentEndpoint content) => content.AnswerAsync(id, rendition, context))
            .TakesQuery(Signature).OpenToPublic().WithName($"GetAsset{name}").WithSummary($"Get the {rendition} of an asset")
            .WithDescription("With a signed link, or with a credential that has assets:read. Ranges and conditions (If-None-Match, If-Range …) are understood.")
            .Produces(200, contentType: "application/octet-stream").Produces(206, contentType: "application/octet-stream").Produces(304)
            .Produces<Problem>(403, Problems.ContentType).Produces<Problem>(404, Problems.ContentType).Produces<Problem>(416, Problems.ContentType);
    }
}
