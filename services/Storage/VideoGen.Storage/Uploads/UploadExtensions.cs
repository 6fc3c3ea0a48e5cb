using Microsoft.OpenApi;
using VideoGen.Durability;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Contracts;

namespace VideoGen.Storage.Uploads;

internal static class UploadExtensions
{
    public static void AddUploads(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<UploadReader>();
        builder.Services.AddSingleton<UploadKeeper>();
        builder.Services.AddSingleton<UploadFile>();
    }

    public static void MapUploads(this IEndpointRouteBuilder app) =>
        app.MapPost("/v1/uploads", (Caller caller, HttpRequest request, UploadFile upload, UnitOfWork work, CancellationToken ct) =>
                upload.AnswerAsync(caller, request, work, ct))
            .TakesBody().RequireScope(AssetScopes.Write).WithTags("Assets").WithName("UploadFile").WithSummary("Upload a file")
            .WithDescription("Send multipart/form-data with one file in the field named file, or the file itself as the body. Its first bytes tell what it is "
                + "(JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, MP4, MOV, WebM, MKV, AVI, TS, MPG, FLV, WMV, MP3, WAV, M4A, AAC, FLAC, "
                    + "Ogg), and it must decode. At most 8192 pixels a side, 40 megapixels, 2 hours.")
            .Produces<AssetView>(201).ShowsHeader(201, "Location", "Where the asset is read.").Refuses(400, 413, 415, 503)
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.RequestBody = Body();
                return Task.CompletedTask;
            });

    /// <summary>The body is read by hand, so the framework knows nothing of it.</summary>
    static OpenApiRequestBody Body()
    {
        var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal) { ["file"] = file },
            Required = new HashSet<string>(StringComparer.Ordinal) { "file" },
        };
        return new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["multipart/form-data"] = new() { Schema = form },
                ["application/octet-stream"] = new() { Schema = file },
            },
        };
    }
}
