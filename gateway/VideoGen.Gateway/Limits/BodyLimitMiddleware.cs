using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// How much body a route takes, how slowly at the least, and how long in all. A body that announces itself too large is refused
/// unread. The server then reads past it for a few seconds, unless it is larger by far, so that the client gets to see the answer
/// instead of a reset.
/// </summary>
internal sealed class BodyLimitMiddleware(
    RequestDelegate next, IOptions<LimitOptions> limits, IOptions<UploadOptions> uploads, TimeProvider time)
{
    const int ReadPastFactor = 4;

    static readonly MinDataRate UploadRate = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>For a file alone, which costs nothing.</summary>
    static readonly TimeSpan LongestUpload = TimeSpan.FromHours(3);

    /// <summary>For a submit that brings its files, which begins work that costs.</summary>
    static readonly TimeSpan LongestSubmit = TimeSpan.FromMinutes(15);

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicy>() is not { } policy) return next(context);

        var isUpload = policy.Body is BodyClass.Upload or BodyClass.Inline;
        var limit = policy.Body switch
        {
            BodyClass.Upload => uploads.Value.MaxUploadBytes + UploadOptions.FrameBytes,
            BodyClass.Inline => InlineFiles.LongestBody(uploads.Value.MaxUploadBytes, limits.Value.MaxBodyBytes),
            BodyClass.Callback => limits.Value.MaxCallbackBytes,
            _ => limits.Value.MaxBodyBytes,
        };
        var isTooLarge = context.Request.ContentLength > limit;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = isTooLarge ? limit * ReadPastFactor : limit;
        if (isTooLarge) return Problems.WriteAsync(context, Problems.Describe(ErrorCodes.PayloadTooLarge, $"The body may have at most {limit} bytes."));
        if (!isUpload) return next(context);
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = UploadRate;
        context.Request.Body = new TimedBody(context.Request.Body, policy.Body is BodyClass.Upload ? LongestUpload : LongestSubmit, time);
        return next(context);
    }
}
