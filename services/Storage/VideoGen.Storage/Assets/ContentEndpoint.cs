using Microsoft.Net.Http.Headers;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Links;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Assets;

/// <summary>
/// Serves the bytes of an asset and of its pictures, to whoever holds a signed link or may read the account's assets. What is
/// served can't harm the reader: the exact type, no sniffing, a sandbox.
/// </summary>
internal sealed partial class ContentEndpoint(AssetStore assets, IObjectStore objects, AssetLinks links, ILogger<ContentEndpoint> log)
{
    const int BufferBytes = 64 * 1024;

    static readonly TimeSpan AwayRetry = TimeSpan.FromSeconds(10);

    /// <param name="rendition"><see cref="AssetLinks.Content"/>, <see cref="AssetLinks.Thumbnail"/> or <see cref="AssetLinks.Preview"/>.</param>
    public async Task<IResult> AnswerAsync(Guid id, string rendition, HttpContext context)
    {
        var ct = context.RequestAborted;
        var query = context.Request.Query;
        AssetRow? asset;
        if (AssetLinks.IsLink(query))
        {
            if (!links.IsGenuine(id, rendition, query)) return Problems.Of(ErrorCodes.LinkExpired);
            asset = await assets.FindLinkedAsync(id, ct);
        }
        else
        {
            if (context.Features.Get<Caller>() is not { } caller) return Problems.Of(ErrorCodes.Unauthorized, "Use a signed link, or an API key.");
            if (!caller.May(AssetScopes.Read)) return Problems.Of(ErrorCodes.Forbidden, $"This credential lacks the scope {AssetScopes.Read}.");
            asset = await assets.FindAsync(caller.Sees, id, ct);
        }
        return asset is not null && File.Of(asset, rendition) is { } file ? await ServeAsync(file, asset, context) : Problems.Of(ErrorCodes.NotFound);
    }

    async Task<IResult> ServeAsync(File file, AssetRow asset, HttpContext context)
    {
        var modified = DateTimeOffset.FromUnixTimeSeconds(asset.CreatedAt.ToUnixTimeSeconds());
        var tag = new EntityTagHeaderValue($"\"{file.Tag}\"");
        var plan = ContentPlan.Decide(context.Request, file.Kept.SizeBytes, tag, modified);
        var ct = context.RequestAborted;
        var response = context.Response;
        if (plan.Status == StatusCodes.Status412PreconditionFailed) return Problems.Of(ErrorCodes.PreconditionFailed);
        if (plan.Status == StatusCodes.Status416RangeNotSatisfiable)
        {
            response.Headers.ContentRange = $"bytes */{file.Kept.SizeBytes}";
            return Problems.Of(ErrorCodes.RangeNotSatisfiable, $"The content has {file.Kept.SizeBytes} bytes.");
        }
        if (plan.Length > 0 && await RedirectAsync(file, context) is { } elsewhere) return elsewhere;
        WriteHeaders(response, file, plan, tag, modified, context.Request.Query["download"]);
        if (plan.Length == 0 || HttpMethods.IsHead(context.Request.Method)) return Results.Empty;

        try
        {
            await using var bytes = await objects.OpenAsync(file.Kept.Key, plan.Offset, plan.Length, ct);
            if (bytes is not null)
            {
                await bytes.CopyToAsync(response.Body, BufferBytes, ct);
                return Results.Empty;
            }
        }
        catch (ObjectStoreException away) when (!response.HasStarted)
        {
            Log.Away(log, asset.Id, away);
            response.Clear();
            return Problems.Of(ErrorCodes.ServiceUnavailable, "The storage can't be reached at present.", retryAfter: AwayRetry);
        }
        // Deleted a moment ago, or lost; retention never takes what has a row.
        Log.Missing(log, asset.Id, file.Kept.Key.ToString());
        response.Clear();
        return Problems.Of(ErrorCodes.NotFound);
    }

    /// <summary>
    /// With presigned links switched on, a GET is led to the object store itself, for no longer than the link at hand works. A HEAD is
    /// answered here, as is one of our own services.
    /// </summary>
    async Task<IResult?> RedirectAsync(File file, HttpContext context)
    {
        var query = context.Request.Query;
        if (!HttpMethods.IsGet(context.Request.Method) || query.ContainsKey(AssetLinks.Direct)) return null;
        var headers = new PresignedHeaders(file.MediaType, DispositionOf(file, query["download"]));
        var lifetime = links.Remaining(query) ?? TimeSpan.MaxValue;
        if (await objects.PresignAsync(file.Kept.Key, lifetime, headers, context.RequestAborted) is not { } link) return null;
        context.Response.Headers.CacheControl = "no-store";
        return Results.Redirect(link.Url.AbsoluteUri);
    }

    static void WriteHeaders(HttpResponse response, File file, ContentPlan plan, EntityTagHeaderValue tag, DateTimeOffset modified, string? download)
    {
        var headers = response.GetTypedHeaders();
        response.StatusCode = plan.Status;
        headers.ETag = tag;
        headers.LastModified = modified;
        response.Headers.AcceptRanges = "bytes";
        // An asset never changes; but it may be deleted, so nobody keeps it for long.
        response.Headers.CacheControl = "private, max-age=3600";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox";
        if (plan.Status == StatusCodes.Status304NotModified) return;
        response.ContentType = file.MediaType;
        response.ContentLength = plan.Length;
        response.Headers.ContentDisposition = DispositionOf(file, download);
        if (plan.Status == StatusCodes.Status206PartialContent)
            headers.ContentRange = new ContentRangeHeaderValue(plan.Offset, plan.Offset + plan.Length - 1, file.Kept.SizeBytes);
    }

    static string DispositionOf(File file, string? download) => download is { Length: > 0 }
        ? FileNames.Disposition("attachment", FileNames.Clean(download, "download", file.Extension))
        : FileNames.Disposition("inline", file.Name);

    /// <summary>One of the files of an asset.</summary>
    /// <param name="Tag">Of the content its SHA-256; the pictures are made of it once and never change either.</param>
    sealed record File(KeptObject Kept, string MediaType, string Name, string Tag)
    {
        public string Extension => Path.GetExtension(Name);

        public static File? Of(AssetRow asset, string rendition) => rendition switch
        {
            AssetLinks.Content => new File(asset.Objects.Content, asset.MediaType, asset.FileName, asset.Sha256),
            AssetLinks.Thumbnail when asset.Objects.Thumbnail is { } kept =>
                new File(kept, "image/jpeg", Path.GetFileNameWithoutExtension(asset.FileName) + "-thumbnail.jpg", asset.Sha256 + "-thumbnail"),
            AssetLinks.Preview when asset.Objects.Preview is { } kept =>
                new File(kept, "image/gif", Path.GetFileNameWithoutExtension(asset.FileName) + "-preview.gif", asset.Sha256 + "-preview"),
            _ => null,
        };
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The content of asset {AssetId} can't be read: the object store does not answer")]
        public static partial void Away(ILogger log, Guid assetId, Exception failure);

        [LoggerMessage(LogLevel.Error, "Asset {AssetId} has a row, but its object {Key} is not in the object store")]
        public static partial void Missing(ILogger log, Guid assetId, string key);
    }
}
