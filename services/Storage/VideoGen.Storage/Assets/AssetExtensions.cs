using VideoGen.Durability;
using VideoGen.HttpApi.Description;
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
        builder.Services.DescribeShape<AssetView>(shape => shape.Words("kind", "video", "image", "audio")
            .Words("origin", AssetRow.Upload, AssetRow.Job));
    }

    public static void MapAssets(this IEndpointRouteBuilder app, RouteGroupBuilder internalGroup)
    {
        var assets = app.MapGroup("/v1/assets").WithTags("Assets").NamesInPath("id", "The asset's id.");
        assets.MapGet("", ListAssets.AnswerAsync).RequireScope(AssetScopes.Read).WithName("ListAssets")
            .WithSummary("List assets")
            .WithDescription("The account's files, newest first. Filters: kind (video, image, audio), origin (upload, job), job_id. Pages: limit (1 to 100, default 20), cursor.")
            .TakesQuery(ListAssets.Query).Produces<Page<AssetView>>().Refuses(400);
        assets.MapGet("{id:guid}", async (Caller caller, Guid id, AssetStore store, AssetLinks links, CancellationToken ct) =>
                (await store.FindAsync(caller.Sees, id, ct)).OrNotFound(links.View))
            .RequireScope(AssetScopes.Read).WithName("GetAsset").WithSummary("Get an asset")
            .WithDescription("Facts read from the file itself, and signed links to its content, thumbnail and preview.")
            .Produces<AssetView>().Refuses(404);
        assets.MapDelete("{id:guid}", (Caller caller, Guid id, RemoveAssets remove, UnitOfWork work, CancellationToken ct) => remove.AnswerAsync(caller, id, work, ct))
            .RequireScope(AssetScopes.Write).WithName("DeleteAsset").WithSummary("Delete an asset")
            .WithDescription("At once and for good; its links stop working.")
            .Produces(204).Refuses(404);
        assets.MapDelete("", (Caller caller, HttpRequest request, RemoveAssets remove, UnitOfWork work, CancellationToken ct) =>
                remove.AnswerOfJobAsync(caller, request.Query.IdOf("job_id")!.Value, work, ct))
            .TakesQuery(QueryParameter.Id("job_id", "The job whose files are to go.", isRequired: true))
            .RequireScope(AssetScopes.Write).WithName("DeleteAssetsOfJob").WithSummary("Delete the files that a job made")
            .WithDescription("At once and for good; the answer tells how many bytes that frees. The job itself stays.")
            .Produces<RemovedAssets>().Refuses(400);
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
        var mediaType = rendition switch { AssetLinks.Thumbnail => "image/jpeg", AssetLinks.Preview => "image/gif", _ => "*/*" };
        assets.MapMethods($"{{id:guid}}/{rendition}", [HttpMethods.Get, HttpMethods.Head],
                (Guid id, HttpContext context, ContentEndpoint content) => content.AnswerAsync(id, rendition, context))
            .TakesQuery(Signature).OpenToPublic().WithName($"GetAsset{name}").WithSummary($"Get the {rendition} of an asset")
            .WithDescription("With a signed link, or with a credential that has assets:read. Ranges and conditions (If-None-Match, If-Range …) are understood.")
            .TakesHeader("Range", "One range of bytes, for example `bytes=0-1023`; 206 has it.")
            .TakesHeader("If-Range", "A tag or a time: the range counts only when the file is still the one with it.")
            .TakesHeader("If-None-Match", "Tags of what the client has: 304 when the file is the one with such a tag.")
            .TakesHeader("If-Match", "Tags, one of which the file must have; else 412.")
            .TakesHeader("If-Modified-Since", "A time: 304 when the file is not newer.")
            .TakesHeader("If-Unmodified-Since", "A time: 412 when the file is newer.")
            .Sends(200, mediaType).Sends(206, mediaType)
            .AnswersWithoutBody("3XX",
                "304: a condition says that the client has the file. 302: it is at `Location`, where files are fetched from the object store.")
            .ShowsHeader(200, "ETag", "Of the file's bytes.").ShowsHeader(200, "Accept-Ranges", "`bytes`.")
            .ShowsHeader(206, "ETag", "Of the file's bytes.").ShowsHeader(206, "Content-Range", "Which bytes of how many.")
            .Refuses(401, 403, 404, 412, 416, 503).DescribesHead($"HeadAsset{name}");
    }
}
