using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Web.Access;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Operator;

/// <summary>
/// What operators watch and change, through the services' <c>/admin/v1</c> routes: throughput, vendors, dead letters, models, accounts.
/// </summary>
internal static class OperatorFeature
{
    public static void AddOperator(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OperatorOptions>()
            .BindConfiguration(OperatorOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<ThroughputEndpoints>();
        builder.Services.AddScoped<VendorEndpoints>();
        builder.Services.AddScoped<DeadLetterEndpoints>();
        builder.Services.AddScoped<CatalogEndpoints>();
        builder.Services.AddScoped<AccountEndpoints>();
        builder.Services.AddScoped<AnyJobEndpoints>();
    }

    public static void MapOperator(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup(WebPages.Operator).OpenToPublic()
            .AddEndpointFilter<VisitorFilter>().AddEndpointFilter<OperatorPageFilter>().AddEndpointFilter<FormFilter>();
        pages.MapGet("", (ThroughputEndpoints overview, CancellationToken ct) => overview.ShowAsync(ct)).WithMetadata(new WholePage());
        pages.MapGet("/now", (ThroughputEndpoints overview, CancellationToken ct) => overview.NowAsync(ct));
        pages.MapGet("/vendors", (HttpRequest request, VendorEndpoints vendors, CancellationToken ct) => vendors.ShowAsync(request, ct))
            .WithMetadata(new WholePage());
        pages.MapGet("/models", (HttpRequest request, CatalogEndpoints catalog, CancellationToken ct) => catalog.ShowAsync(request, ct))
            .WithMetadata(new WholePage());
        pages.MapGet("/jobs/{id:guid}", (Guid id, AnyJobEndpoints jobs, CancellationToken ct) => jobs.ShowAsync(id, ct))
            .WithMetadata(new WholePage());
        MapDeadLetters(pages.MapGroup("/dead-letters"));
        MapAccounts(pages.MapGroup("/accounts"));
    }

    static void MapDeadLetters(RouteGroupBuilder pages)
    {
        pages.AddEndpointFilter(async (context, next) =>
            context.HttpContext.GetRouteValue("service") is string service && !DeadLetterQuery.Services.Contains(service)
                ? Problems.Of(ErrorCodes.NotFound) : await next(context));
        pages.MapGet("", (HttpContext context, DeadLetterEndpoints letters, CancellationToken ct) => letters.ListAsync(context, ct))
            .WithMetadata(new WholePage());
        pages.MapGet("/{service}/{id:guid}", (string service, Guid id, HttpContext context, DeadLetterEndpoints letters,
            CancellationToken ct) => letters.ShowAsync(service, id, context, ct)).WithMetadata(new WholePage());
        pages.MapPost("/{service}/{id:guid}/replay", (string service, Guid id, HttpContext context, DeadLetterEndpoints letters,
            CancellationToken ct) => letters.ReplayAsync(service, id, context, ct));
        pages.MapPost("/{service}/{id:guid}/discard", (string service, Guid id, HttpContext context, DeadLetterEndpoints letters,
            CancellationToken ct) => letters.DiscardAsync(service, id, context, ct));
        pages.MapPost("/{service}/replay", (string service, HttpContext context, DeadLetterEndpoints letters, CancellationToken ct) =>
            letters.ManyAsync(service, "replay", context, ct));
        pages.MapPost("/{service}/discard", (string service, HttpContext context, DeadLetterEndpoints letters, CancellationToken ct) =>
            letters.ManyAsync(service, "discard", context, ct));
    }

    static void MapAccounts(RouteGroupBuilder pages)
    {
        pages.MapGet("", (HttpRequest request, AccountEndpoints accounts, CancellationToken ct) => accounts.FindAsync(request, ct))
            .WithMetadata(new WholePage());
        pages.MapGet("/{id:guid}", (Guid id, HttpContext context, AccountEndpoints accounts, CancellationToken ct) =>
            accounts.ShowAsync(id, context, ct)).WithMetadata(new WholePage());
        pages.MapPost("/{id:guid}/grants", (Guid id, HttpContext context, AccountEndpoints accounts, CancellationToken ct) =>
            accounts.GrantAsync(id, context, ct));
        pages.MapPost("/{id:guid}/plan", (Guid id, HttpContext context, AccountEndpoints accounts, CancellationToken ct) =>
            accounts.ChangePlanAsync(id, context, ct));
    }
}
