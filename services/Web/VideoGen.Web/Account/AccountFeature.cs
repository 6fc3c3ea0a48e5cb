using VideoGen.ServiceDefaults.Callers;
using VideoGen.Web.Access;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Account;

/// <summary>Credits and ledger, keys, webhooks, usage, password.</summary>
internal static class AccountFeature
{
    public static void AddAccount(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<OverviewEndpoints>();
        builder.Services.AddScoped<LedgerEndpoints>();
        builder.Services.AddScoped<KeyEndpoints>();
        builder.Services.AddScoped<WebhookEndpoints>();
    }

    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup(WebPages.Account).OpenToPublic().AddEndpointFilter<VisitorFilter>().AddEndpointFilter<FormFilter>();
        pages.MapGet("", (HttpContext context, OverviewEndpoints overview, CancellationToken ct) => overview.ShowAsync(context, ct))
            .WithMetadata(new WholePage());
        pages.MapPost("/password", (HttpContext context, OverviewEndpoints overview, CancellationToken ct) =>
            overview.ChangePasswordAsync(context, ct));
        pages.MapGet("/ledger", (HttpRequest request, LedgerEndpoints ledger, CancellationToken ct) => ledger.ShowAsync(request, ct))
            .WithMetadata(new WholePage());
        pages.MapGet("/ledger.csv", (HttpContext context, LedgerEndpoints ledger, CancellationToken ct) => ledger.ExportAsync(context, ct));
        pages.MapGet("/usage", (LedgerEndpoints ledger, CancellationToken ct) => ledger.UsageAsync(ct)).WithMetadata(new WholePage());
        MapKeys(pages);
        MapWebhooks(pages);
    }

    static void MapKeys(RouteGroupBuilder pages)
    {
        pages.MapGet("/keys", (HttpContext context, KeyEndpoints keys, CancellationToken ct) => keys.ShowAsync(context, ct))
            .WithMetadata(new WholePage());
        pages.MapPost("/keys", (HttpContext context, KeyEndpoints keys, CancellationToken ct) => keys.CreateAsync(context, ct));
        pages.MapPost("/keys/{id:guid}/rename", (Guid id, HttpContext context, KeyEndpoints keys, CancellationToken ct) =>
            keys.RenameAsync(id, context, ct));
        pages.MapPost("/keys/{id:guid}/revoke", (Guid id, HttpContext context, KeyEndpoints keys, CancellationToken ct) =>
            keys.RevokeAsync(id, context, ct));
    }

    static void MapWebhooks(RouteGroupBuilder pages)
    {
        pages.MapGet("/webhooks", (HttpContext context, WebhookEndpoints hooks, CancellationToken ct) => hooks.ShowAsync(context, ct))
            .WithMetadata(new WholePage());
        pages.MapPost("/webhooks", (HttpContext context, WebhookEndpoints hooks, CancellationToken ct) => hooks.CreateAsync(context, ct));
        pages.MapPost("/webhooks/{id:guid}/{act}", (Guid id, string act, HttpContext context, WebhookEndpoints hooks,
            CancellationToken ct) => hooks.ActAsync(id, act, context, ct));
        pages.MapGet("/deliveries/{id:guid}", (Guid id, HttpContext context, WebhookEndpoints hooks, CancellationToken ct) =>
            hooks.DeliveryAsync(id, context, ct)).WithMetadata(new WholePage());
        pages.MapPost("/deliveries/{id:guid}/replay", (Guid id, HttpContext context, WebhookEndpoints hooks, CancellationToken ct) =>
            hooks.ReplayAsync(id, context, ct));
    }
}
