using Microsoft.AspNetCore.Antiforgery;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Web.Access;

/// <summary>Whatever changes something must come from a form of ours, in the browser that got it.</summary>
internal sealed class FormFilter(IAntiforgery forms) : IEndpointFilter
{
    const string IsTooOld = "The form had grown too old. Go back, reload the page and try again.";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
            || await forms.IsRequestValidAsync(http)) return await next(context);
        return Problems.Of(ErrorCodes.InvalidRequest, IsTooOld);
    }
}
