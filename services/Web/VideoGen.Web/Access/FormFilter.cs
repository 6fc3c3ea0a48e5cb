using Microsoft.AspNetCore.Antiforgery;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Web.Access;

/// <summary>Whatever changes something must come from a form of ours, in the browser that got it, of a page of the present world.</summary>
internal sealed class FormFilter(IAntiforgery forms) : IEndpointFilter
{
    /// <summary>Where a script puts the form's token.</summary>
    public const string TokenHeader = "RequestVerificationToken";

    const string IsTooOld = "The form had grown too old. Go back, reload the page and try again.";

    public static bool HasTokenInHeader(HttpRequest request) => request.Headers.ContainsKey(TokenHeader);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
            || await forms.IsRequestValidAsync(http)) return await next(context);
        return http.Features.Get<MadeInOtherWorld>() is { } other ? other.Answer(http) : Problems.Of(ErrorCodes.InvalidRequest, IsTooOld);
    }
}
