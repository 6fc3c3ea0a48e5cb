using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Gateway.Dialects;
using VideoGen.Gateway.Dialects.Native;

namespace VideoGen.Gateway.Tests.Dialects;

/// <summary>The routes that a dialect maps, so that a test of all of them can't forget a new one.</summary>
internal static class DialectRoutes
{
    public static IReadOnlyList<(string Method, string Path)> Of(IDialect dialect)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddTransient<NativeApi>();
        builder.Services.AddSingleton(TimeProvider.System);
        var app = builder.Build();
        dialect.Map(app.MapGroup("/" + dialect.Name));
        return
        [
            .. from endpoint in ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
               from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
               select (method, PathOf(endpoint.RoutePattern.RawText!)),
        ];
    }

    static string PathOf(string template) =>
        string.Join('/', template.Split('/').Select(segment => segment.StartsWith('{') ? "0194d3a0-0000-7000-8000-000000000000" : segment));
}
