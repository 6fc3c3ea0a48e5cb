using Microsoft.Net.Http.Headers;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Files;

internal static class FilesFeature
{
    public static void AddFiles(this WebApplicationBuilder builder) => builder.Services.AddSingleton<PageFiles>();

    public static void MapFiles(this IEndpointRouteBuilder app) =>
        app.MapMethods(WebPages.Shared + "/files/{hash}/{**name}", [HttpMethods.Get, HttpMethods.Head], Serve).OpenToPublic();

    /// <summary>An address with another hash is that of another release, as during a roll-out: what is here then, not to be kept.</summary>
    static IResult Serve(string hash, string name, HttpRequest request, HttpResponse response, PageFiles files)
    {
        if (files.Find(name) is not { } file) return Problems.Of(ErrorCodes.NotFound);
        var brotli = file.Brotli is not null && TakesBrotli(request);
        response.Headers.CacheControl = hash == file.Hash ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (brotli) response.Headers.ContentEncoding = "br";
        return Results.Bytes(brotli ? file.Brotli! : file.Content, file.MediaType,
            entityTag: new EntityTagHeaderValue(brotli ? $"\"{file.Hash}-br\"" : $"\"{file.Hash}\""));
    }

    static bool TakesBrotli(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && coding.Quality is null or > 0);
}
