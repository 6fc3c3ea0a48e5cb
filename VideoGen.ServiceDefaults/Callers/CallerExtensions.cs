using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace VideoGen.ServiceDefaults.Callers;

public static class CallerExtensions
{
    /// <summary>Marks endpoints that anybody may call.</summary>
    public static TBuilder OpenToPublic<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new OpenToPublic());

    /// <summary>Refuses callers whose credential lacks the scope with 403 <c>forbidden</c>.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredScope(scope));

    /// <summary>The group for our own processes: needs a caller token, the gateway does not route it, OpenAPI does not show it.</summary>
    public static RouteGroupBuilder MapInternal(this IEndpointRouteBuilder app) => app.MapGroup("/internal").ExcludeFromDescription();
}
