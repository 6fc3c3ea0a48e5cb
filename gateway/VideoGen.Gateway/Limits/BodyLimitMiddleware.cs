using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Limits;

/// <summary>How much body a route takes, and how slowly at the least. A body that announces itself too large is refused unread.</summary>
internal sealed class BodyLimitMiddleware(RequestDelegate next, IOptions<LimitOptions> limits, IOptions<UploadOptions> uploads)
{
    static readonly MinDataRate UploadRate = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicy>() is not { } policy) return next(context);

        var isUpload = policy.Body == BodyClass.Upload;
        var limit = isUpload ? uploads.Value.MaxUploadBytes + UploadOptions.FrameBytes : limits.Value.MaxBodyBytes;
        if (context.Request.ContentLength > limit)
            return Problems.WriteAsync(context, Problems.Describe(ErrorCodes.PayloadTooLarge, $"The body may have at most {limit} bytes."));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = limit;
        if (isUpload && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = UploadRate;
        return next(context);
    }
}
