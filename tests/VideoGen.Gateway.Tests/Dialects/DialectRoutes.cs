using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Gateway.Dialects;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.Gateway.Dialects.Vsl;
using VideoGen.Gateway.Routes;

namespace VideoGen.Gateway.Tests.Dialects;

/// <summary>The routes that a dialect maps, so that a test of all of them can't forget a new one.</summary>
internal static class DialectRoutes
{
    /// <returns><c>IsPublic</c>: nobody looks at the credential.</returns>
    public static IReadOnlyList<(string Method, string Path, bool IsPublic)> Of(IDialect dialect) =>
    [
        .. from endpoint in EndpointsOf(dialect)
           from method in MethodsOf(endpoint)
           select (method, PathOf(endpoint.RoutePattern.RawText!),
               endpoint.Metadata.GetMetadata<RoutePolicy>()!.Access == Access.Anonymous),
    ];

    /// <summary>An answer to HEAD has no body whose shape could be looked at; it is the GET's in everything else.</summary>
    public static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(method => method != HttpMethods.Head);

    public static IReadOnlyList<RouteEndpoint> EndpointsOf(IDialect dialect)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddTransient<NativeApi>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<UserLimits>();
        var app = builder.Build();
        dialect.Map(app.MapGroup("/" + dialect.Name));
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];
    }

    public static string PathOf(string template, string id = "0194d3a0-0000-7000-8000-000000000000") =>
        string.Join('/', template.Split('/').Select(segment => segment.StartsWith('{') ? id : segment));
}
