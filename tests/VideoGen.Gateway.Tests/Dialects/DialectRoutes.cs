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
    public static IReadOnlyList<(string Method, string Path, bool IsPublic)> Of(IDialect dialect)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddTransient<NativeApi>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<UserLimits>();
        var app = builder.Build();
        dialect.Map(app.MapGroup("/" + dialect.Name));
        return
        [
            .. from endpoint in ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
               from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
               // An answer to HEAD has no body whose shape could be looked at; it is the GET's in everything else.
               where method != HttpMethods.Head
               let policy = endpoint.Metadata.GetMetadata<RoutePolicy>()!
               select (method, PathOf(endpoint.RoutePattern.RawText!), policy.Access == Access.Anonymous),
        ];
    }

    static string PathOf(string template) =>
        string.Join('/', template.Split('/').Select(segment => segment.StartsWith('{') ? "0194d3a0-0000-7000-8000-000000000000" : segment));
}
