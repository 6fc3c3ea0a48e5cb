using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace VideoGen.HttpApi.Requests;

/// <summary>
/// HEAD is answered wherever GET is: as GET, and the server leaves the body away. A route that takes HEAD itself is not touched.
/// </summary>
public static class HeadRequests
{
    /// <summary>Routing, and once more for a HEAD that no route took.</summary>
    public static WebApplication UseRoutingOfHead(this WebApplication app)
    {
        app.UseRouting();
        app.Use((context, next) =>
        {
            // What no route takes with this method has an endpoint that refuses it, which is not a route's.
            if (HttpMethods.IsHead(context.Request.Method) && context.GetEndpoint() is not null and not RouteEndpoint)
            {
                context.Request.Method = HttpMethods.Get;
                context.SetEndpoint(null);
                context.Features.Set(new CameAsHead());
            }
            return next(context);
        });
        // Leaves alone what has an endpoint.
        app.UseRouting();
        return app;
    }

    /// <summary>True when nobody reads the body: an answer without an end must not begin one.</summary>
    public static bool WantsNoBody(this HttpContext context) => context.Features.Get<CameAsHead>() is not null;

    /// <summary>A request feature.</summary>
    sealed record CameAsHead;
}
