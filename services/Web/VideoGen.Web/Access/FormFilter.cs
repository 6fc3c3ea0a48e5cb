using Microsoft.AspNetCore.Antiforgery;
using VideoGen.HttpApi.Errors;
using VideoGen.Web.Layout;

namespace VideoGen.Web.Access;

/// <summary>
/// Whatever changes something must come from a form of ours, in the browser that got it, of a page of the present world. A file is not
/// read before that is known.
/// </summary>
internal sealed class FormFilter(IAntiforgery forms) : IEndpointFilter
{
    /// <summary>Where a script puts the form's token.</summary>
    public const string TokenHeader = "RequestVerificationToken";

    const string IsTooOld = "The form had grown too old. Go back, reload the page and try again.";

    public static bool HasTokenInHeader(HttpRequest request) => request.Headers.ContainsKey(TokenHeader);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) return await next(context);
        return await RefusalAsync(http) ?? await next(context);
    }

    async Task<IResult?> RefusalAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<TakesFile>() is not null)
        {
            // Without the header the framework would look for the token in the body.
            if (!HasTokenInHeader(http.Request)) return TooOld(http);
        }
        else if (await FormBody.ReadAsync(http) is { } unread) return unread;
        if (await forms.IsRequestValidAsync(http)) return null;
        return http.Features.Get<MadeInOtherWorld>() is { } other ? other.Answer(http) : TooOld(http);
    }

    static IResult TooOld(HttpContext http) => http.Request.Headers.ContainsKey("HX-Request")
        ? Notice.Answer(http, "This page had grown too old. Nothing was done.")
        : Problems.Of(ErrorCodes.InvalidRequest, IsTooOld);
}
