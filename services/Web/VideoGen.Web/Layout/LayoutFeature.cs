using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Web.Layout;

/// <summary>What all pages share: their frame, their headers, and errors that people can read.</summary>
internal static class LayoutFeature
{
    public static void AddLayout(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents();
        builder.Services.AddOptions<PageOptions>().BindConfiguration(PageOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<PagePolicy>();
        // Only the gateway calls this service; what it says of the client is the last entry.
        builder.Services.Configure<ForwardedHeadersOptions>(forwarding =>
        {
            forwarding.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarding.ForwardLimit = 1;
            forwarding.KnownIPNetworks.Clear();
            forwarding.KnownProxies.Clear();
        });
    }

    public static void UseLayout(this IApplicationBuilder app)
    {
        app.UseForwardedHeaders();
        app.Use((context, next) =>
        {
            context.Features.Set<IProblemWriter>(ProblemPages.Instance);
            context.Response.OnStarting(static state => SetHeadersAsync((HttpContext)state), context);
            return next(context);
        });
    }

    static Task SetHeadersAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) != true) return Task.CompletedTask;
        headers.ContentSecurityPolicy = context.RequestServices.GetRequiredService<PagePolicy>().Value;
        headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}

/// <summary>
/// What a page may load, as <c>Content-Security-Policy</c>: its own files, and media from where signed links point. No script and
/// no style stands in a page, so none that a prompt smuggles in would run.
/// </summary>
internal sealed class PagePolicy(IOptions<PageOptions> options)
{
    public string Value { get; } =
        $"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' {OriginOf(options.Value)}; "
        + $"media-src 'self' {OriginOf(options.Value)}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    static string OriginOf(PageOptions options) => new Uri(options.PublicUrl).GetLeftPart(UriPartial.Authority);
}
