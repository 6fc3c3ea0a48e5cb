using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Providers.Catalog;

/// <summary>A model as customers see it: everything but its routes.</summary>
/// <param name="Kind">What it makes: <c>video</c>, <c>image</c>, <c>audio</c> or <c>text</c>.</param>
/// <param name="InputSchema">JSON Schema (2020-12) of a job's <c>input</c>: the one that validates it.</param>
/// <param name="Capabilities">Facts such as <c>max_width</c> or <c>sound</c>.</param>
/// <param name="Active">False: listed, not accepted.</param>
/// <param name="Retirement">Until when it is offered, and which model to go to; null while no end is known.</param>
internal sealed record ModelView(
    string Slug, string Name, string Kind, string Family, string Vendor, string Description, PriceRule Price, JsonElement InputSchema,
    int ExpectedSeconds, int DeadlineSeconds, JsonElement Capabilities, bool Active, ModelHealth Health,
    ModelRetirement? Retirement);

internal static class ModelEndpoints
{
    static readonly string[] Kinds = ["video", "image", "audio", "text"];

    public static void AddModelDescription(this IServiceCollection services)
    {
        services.DescribeShape<ModelView>(shape => shape.Words("kind", Kinds).OpenObject("input_schema").OpenObject("capabilities"));
        services.DescribeShape<ModelHealth>(shape => shape.Words("status", "healthy", "degraded", "unavailable", "unknown"));
    }

    public static void MapModels(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/v1/models").WithTags("Models").OpenToPublic().NamesInPath("slug", "The model's name in the catalogue.");
        models.MapGet("", ListAsync).WithName("ListModels").WithSummary("The models")
            .WithDescription("Every model with its price, the JSON Schema of its input and the health of its providers. `kind` (video, image, audio, text) and `active` (true, false) filter.")
            .TakesQuery(
                QueryParameter.Word("kind", "Only models that make this.", Kinds),
                QueryParameter.Flag("active", "Only models that take jobs (true), or that don't (false)."))
            .Produces<Page<ModelView>>().Refuses(400);
        models.MapGet("/{slug}", GetAsync).WithName("GetModel").WithSummary("One model")
            .WithDescription("A model that its vendor will end, or has ended, has `retirement`, and the answer the headers `Deprecation` and `Sunset`.")
            .Produces<ModelView>().ShowsRetirement(200).Refuses(404);
    }

    /// <param name="internal">The group <c>/internal</c>.</param>
    public static void MapCatalogCopy(this RouteGroupBuilder @internal) => @internal.MapGet("/catalog", (HttpContext context, ModelCatalog catalog) =>
    {
        var etag = new EntityTagHeaderValue(catalog.ETag);
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(catalog.Json, "application/json", entityTag: etag);
    });

    static async Task<IResult> ListAsync(HttpRequest request, ModelCatalog catalog, ModelHealthReader health, CancellationToken ct)
    {
        var (kind, active) = (request.Query.TextOf("kind"), request.Query.FlagOf("active"));
        var judge = await health.ReadAsync(model: null, ct);
        return Results.Ok(new Page<ModelView>(
            [.. catalog.Models.Where(model => (kind is null || model.Kind == kind) && (active is null || model.Active == active))
                .Select(model => View(model, judge(model)))], NextCursor: null, HasMore: false));
    }

    static async Task<IResult> GetAsync(
        string slug, HttpResponse response, ModelCatalog catalog, ModelHealthReader health, CancellationToken ct)
    {
        if (catalog.Find(slug) is not { } model) return Problems.Of(ErrorCodes.NotFound, "There is no such model; GET /v1/models lists them.");
        if (model.Retirement is { } end) RetirementHeaders.Show(response, end.Deprecated, end.Retires, end.Successor);
        return Results.Ok(View(model, (await health.ReadAsync(slug, ct))(model)));
    }

    static ModelView View(CatalogModel model, ModelHealth health) => new(
        model.Slug, model.Name, model.Kind, model.Family, model.Vendor, model.Description, model.Price, model.InputSchema, model.ExpectedSeconds,
        model.DeadlineSeconds, model.Capabilities, model.Active, health, model.Retirement);
}

/// <summary>Reads the attempts once and judges models by them.</summary>
internal sealed class ModelHealthReader(RouteHealthStore store, ConnectorRegistry connectors, IOptions<ProvidersOptions> options)
{
    /// <summary>Answers the judge of any model, or of the one that was named.</summary>
    public async Task<Func<CatalogModel, ModelHealth>> ReadAsync(string? model, CancellationToken ct)
    {
        var records = (await store.ReadAsync(model, ct)).ToLookup(record => record.Model, StringComparer.Ordinal);
        return judged => RouteHealth.Judge(
            [.. RoutePlan.Usable(judged.Routes ?? [], connectors.Find, test: false, options.Value.Simulate).Select(route => judged.Routes![route].Connector)],
            [.. records[judged.Slug]]);
    }
}
